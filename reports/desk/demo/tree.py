"""The organisations of the demo: a committee, general branches, branches, groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reports.desk.demo import names
from reports.desk.demo.plan import Plan, shares
from reports.desk.demo.words import listed

ROOT = "DT"
BRANCHES_OF_A_COMMUNITY = 4


class Sector(StrEnum):
    """What kind of people an organisation gathers."""

    COMMUNITY = "community"
    ORGAN = "organ"
    NON_PUBLIC = "non_public"


@dataclass(slots=True)
class Node:
    """An organisation; `kind` is the word of the workbooks, `area` the community or firm in titles."""

    code: str
    name: str
    kind: str
    parent: str
    sector: Sector
    area: str
    groups: list[Node] = field(default_factory=list)

    @property
    def is_branch(self) -> bool:
        """Whether it is a branch, where ordinary members are posted."""
        return self.kind == "党支部"


def plant(plan: Plan) -> list[Node]:
    """The committee, then everything below it in the order of codes; groups hang in their branch."""
    organ = 0 if plan.branches < 2 else max(1, round(plan.branches * 0.12))
    firms = 0 if plan.branches < 3 else max(1, round(plan.branches * 0.25))
    communities = plan.branches - organ - firms
    neighbourhoods = -(-communities // BRANCHES_OF_A_COMMUNITY)
    tops = neighbourhoods + bool(organ) + bool(firms)
    tree = _Tree(width=max(2, len(str(tops))))
    _plant_communities(plan, tree, shares(communities, [1.0] * neighbourhoods))
    if organ == 1:
        tree.top("街道机关党支部", Sector.ORGAN, "街道机关", kind="党支部")
    elif organ:
        general = tree.top("街道机关党总支", Sector.ORGAN, "街道机关")
        for office in _some(listed("places", "offices"), organ):
            tree.branch(general, f"街道机关{office}党支部", "街道机关")
    if firms:
        general = tree.top("两新组织党总支", Sector.NON_PUBLIC, "两新组织")
        for firm in _some(_drawn(plan, "firms", names.firms()), firms):
            tree.branch(general, f"{firm}党支部", firm)
    return tree.nodes


def _plant_communities(plan: Plan, tree: _Tree, sizes: list[int]) -> None:
    dice = plan.dice("groups")
    areas = _some(_drawn(plan, "communities", names.communities()), len(sizes))
    for place, (area, count) in enumerate(zip(areas, sizes, strict=True)):
        general = tree.top(f"{area}社区党总支", Sector.COMMUNITY, f"{area}社区")
        for number in range(1, count + 1):
            branch = tree.branch(general, f"{area}社区第{_chinese(number)}党支部", f"{area}社区")
            if dice.random() < 0.5 or (place, number) == (0, 1):
                tree.group(branch, dice.choice((2, 3)))


def _drawn(plan: Plan, what: str, words: list[str]) -> list[str]:
    return plan.dice(what).sample(words, k=len(words))


def _some(words: list[str], count: int) -> list[str]:
    """So many words, all different: when they run out they come again with a number."""
    rounds = -(-count // len(words))
    return [word + (str(turn + 1) if turn else "") for turn in range(rounds) for word in words][:count]


def rows(nodes: Sequence[Node]) -> list[tuple[str, str, str, str]]:
    """Code, name, kind and parent's code of every organisation, parents first."""
    return [(node.code, node.name, node.kind, node.parent) for top in nodes for node in (top, *top.groups)]


class _Tree:
    """Gives out codes while organisations are founded one after the other."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.nodes = [Node(ROOT, "中共东塘街道工作委员会", "街道工委", "", Sector.ORGAN, "东塘街道")]
        self.tops = 0
        self.below: dict[str, int] = {}

    def top(self, name: str, sector: Sector, area: str, kind: str = "党总支") -> Node:
        self.tops += 1
        node = Node(f"{ROOT}{self.tops:0{self.width}}", name, kind, ROOT, sector, area)
        self.nodes.append(node)
        return node

    def branch(self, general: Node, name: str, area: str) -> Node:
        number = self.below[general.code] = self.below.get(general.code, 0) + 1
        node = Node(f"{general.code}{number:02}", name, "党支部", general.code, general.sector, area)
        self.nodes.append(node)
        return node

    def group(self, branch: Node, count: int) -> None:
        branch.groups = [
            Node(
                f"{branch.code}{number:02}",
                f"{branch.name}第{_chinese(number)}党小组",
                "党小组",
                branch.code,
                branch.sector,
                branch.area,
            )
            for number in range(1, count + 1)
        ]


def _chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese, a larger one in figures."""
    if number > 99:
        return str(number)
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
