"""Who asks, and what the policy of the trust document gives each: the matrix's expectations, in literals.

Nothing here asks the code under test; a page only says which line of the policy it stands under.
"""

from __future__ import annotations

from dataclasses import dataclass

from members import policy

PLACES = {"here": ("DT0101", "M001"), "there": ("DT0201", "M101"), "far": ("XT01", "M201")}
"""The own branch, another one below the same committee, one elsewhere: each with its ordinary member."""

INSTALLATION = "installation"
"""Where the log files what concerns no branch's conduct."""


@dataclass(frozen=True)
class Person:
    """One kind of user: the name in the cast (None: nobody signed in), and the places each duty reaches."""

    username: str | None
    duties: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def holds(self, kinds: str, place: str | None = None) -> bool:
        """Whether the person has one of the duties; where a place is named, there."""
        return any(
            kind in kinds.split() and (place is None or place in places) for kind, places in self.duties
        )


EVERYWHERE = tuple(PLACES)
PEOPLE = {
    "anonymous": Person(None),
    "no duty": Person("nobody"),
    "own secretary": Person("owner", (("secretary", ("here",)),)),
    "other secretary": Person("other", (("secretary", ("there",)),)),
    "secretary here, committee there": Person("both", (("secretary", ("here",)), ("committee", ("there",)))),
    "confirming officer": Person("confirming", (("confirming", ("here",)),)),
    "committee above": Person("committee", (("committee", ("here", "there", INSTALLATION)),)),
    "committee elsewhere": Person("elsewhere", (("committee", ("far",)),)),
    "administrator": Person("administrator", (("administrator", EVERYWHERE),)),
}

BRANCHES = ("DT", "DT01", "DT0101", "DT0102", "DT02", "DT0201", "XT", "XT01")
"""The tree, without its group."""
READS_FROM = {
    "owner": ("DT0101",), "other": ("DT0201",), "both": ("DT0101", "DT0201"), "committee": ("DT",),
    "elsewhere": ("XT",),
}  # fmt: skip
"""The organisations of the duties by which somebody reads records: those, and all whose codes begin so."""

IMPORTED_BY = {"here": "owner", "there": "other", "far": "remote"}
"""Whose the import of each place is: besides the administrator, only they see it."""

DUTIES = {
    # what a page is about: who reads it, who writes it
    "SITE": ("secretary committee administrator", ""),
    "ACCOUNTS": ("administrator", "administrator"),
    "TREE": ("secretary committee administrator", "administrator"),
    "RULES": ("secretary committee administrator", ""),
    "RECORDS": ("secretary committee", "secretary"),
    "FIGURES": ("secretary committee", ""),
    "NOTICES": ("secretary committee", "secretary"),
    "JOBS": ("secretary committee", "secretary committee"),
    "BALLOTS": ("secretary committee confirming", "secretary"),
    "CONFIRMATION": ("confirming", "confirming"),
    "FROZEN": ("committee", ""),
    "SUBMISSION": ("secretary committee", "secretary"),
    "REVIEW": ("secretary committee", "committee"),
    "INBOX": ("committee", "committee"),
    "IMPORTS": ("secretary administrator", ""),
    "LOG": ("committee administrator", ""),
}

BALLOT_SUBJECTS = ("BALLOTS", "CONFIRMATION")

CANARIES = {
    # a kind of text: its canary in each place, and the duties that read it where they reach
    "organisation": (("甲处组织", "乙处组织", "丙处组织"), "secretary committee confirming administrator"),
    "administered": (("甲处账户", "乙处账户", "丙处账户"), "secretary committee administrator"),
    "records": (("甲处秘档", "乙处秘档", "丙处秘档"), "secretary committee"),
    "frozen": (("甲处票数", "乙处票数", "丙处票数"), "committee"),
}


def subject_name(subject: policy.Policy) -> str:
    """What the policy calls it: the name of the constant."""
    return next(name for name, value in vars(policy).items() if value is subject)


def reads(person: Person, subject: str) -> bool:
    """Whether the policy lets the person read anything of the kind."""
    return person.holds(DUTIES[subject][0])


def sees(person: Person, subject: str, place: str | None) -> bool:
    """Whether the person reads what lies in the place; None: what lies nowhere."""
    readers = DUTIES[subject][0]
    if subject == "LOG":
        return person.holds("committee", place) or (place == INSTALLATION and person.holds("administrator"))
    if subject == "IMPORTS":
        return person.holds("administrator") or (place is not None and person.username == IMPORTED_BY[place])
    return person.holds(readers, place)


def reads_branch(person: Person, code: str) -> bool:
    """Whether the person reads the records of the organisation."""
    return code.startswith(READS_FROM.get(person.username or "", ()))


def branches(person: Person) -> list[str]:
    """The organisations that are no groups whose records the person reads."""
    return [code for code in BRANCHES if reads_branch(person, code)]


def writes(person: Person, subject: str, place: str | None = None) -> bool:
    """Whether the person writes what lies in the place; None: whether the person writes anything of it."""
    return person.holds(DUTIES.get(subject, ("", ""))[1], place)


def canary(kind: str, place: str) -> str:
    """What stands in every text of the kind in the place."""
    return CANARIES[kind][0][list(PLACES).index(place)]


def hidden_from(person: Person, subject: str | None = None) -> list[str]:
    """The canaries that the person must never meet, on pages about the subject.

    A ballot's officer reads there who is on it and where it was, and nothing of that elsewhere. What the code
    on a notice leads to names the organisation, and nobody in it.
    """
    ballot = subject in BALLOT_SUBJECTS
    return [
        canary(kind, place)
        for kind, (_texts, duties) in CANARIES.items()
        for place in PLACES
        if not (subject == "CHECKED" and kind == "organisation")
        and not person.holds(f"{duties} confirming" if ballot and kind == "records" else duties, place)
    ]
