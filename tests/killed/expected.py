"""What each verb must leave behind, all of it or nothing: known from the order alone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.killed.stored import Change, Row, Tables, day, difference, in_order, moment, parsed

Order = dict[str, Any]

VOTES = ("excellent", "good", "passed", "poor", "blank", "invalid")
SHEETS = "appraisal_count"


class HalfWritten(AssertionError):
    """Something is there in part, too much is there, or what was acknowledged is not there."""


class Left:
    """What an order has left: each change is asked for by number, and what nobody asks for is too much."""

    def __init__(self, order: Order, before: Tables, after: Tables) -> None:
        self.order, self.before, self.after = order, before, after
        self._changes = difference(before, after)

    @property
    def nothing(self) -> bool:
        """Whether nothing is left at all."""
        return not self._changes

    def take(self, table: str, *, added: int = 0, removed: int = 0, changed: int = 0) -> Change:
        """The changes of a table, which must be so many."""
        change = self._changes.pop(table, Change())
        self.same(f"rows of {table} added, removed, changed", change.numbers, (added, removed, changed))
        return change

    def same(self, what: str, found: object, wanted: object) -> None:
        """Raise HalfWritten unless the one is the other."""
        if found != wanted:
            raise HalfWritten(f"{self.order['verb']}: {what}: {found!r} and not {wanted!r}")

    def end(self) -> None:
        """Raise HalfWritten when anything else has changed."""
        self.same("other tables that changed", sorted(self._changes), [])

    # --- what many verbs leave --------------------------------------------------------------------

    @property
    def user(self) -> int | None:
        """The key of the account that gives the order."""
        name = self.order["user"]
        users = self.after["members_user"].values()
        return next(user["id"] for user in users if user["username"] == name) if name else None

    @property
    def organisation(self) -> int:
        """The key of the branch."""
        rows = self.after["members_organisation"].values()
        return next(row["id"] for row in rows if row["code"] == self.order["branch"])  # type: ignore[no-any-return]

    def keys(self, numbers: list[str]) -> set[int]:
        """The keys of members by number."""
        return {row["id"] for row in self.after["members_member"].values() if row["number"] in numbers}

    def logged(self, *verbs: str) -> list[Row]:
        """The rows of the log, which must be of these verbs in any order and by the order's hand."""
        rows = in_order(self.take("members_logrow", added=len(verbs)).added)
        self.same("verbs in the log", Counter(row["verb"] for row in rows), Counter(verbs))
        hands = {(row["actor_id"], moment(row["at"])) for row in rows}
        self.same("hands in the log", hands, {(self.user, datetime.fromisoformat(self.order["at"]))})
        (old, head), *_ = self.take("members_loghead", changed=1).changed.values()
        self.same("the head's rows", head["rows"], old["rows"] + len(verbs))
        self.same("the head's hash", head["hash"], rows[-1]["hash"])
        return rows

    def branch_year(self, state: str, *, new: bool = False) -> Row:
        """The branch's year, which must have come to this state."""
        change = self.take("appraisal_branchyear", added=int(new), changed=int(not new))
        (row,) = change.added.values() if new else (row for _old, row in change.changed.values())
        place = (row["organisation_id"], row["year"], row["state"])
        self.same("the branch's year", place, (self.organisation, self.order["year"], state))
        return row

    def at(self, value: Any) -> None:
        """A moment must be the order's."""
        self.same("the moment", moment(value), datetime.fromisoformat(self.order["at"]))


def _import(left: Left) -> None:
    order = left.order
    wanted = Counter(tuple(row) for row in order["rows"])
    (batch,) = left.take("members_importbatch", added=1).added.values()
    said = [batch[name] for name in ("kind", "sha256", "actor_id", "rows", "added", "changed", "undone_at")]
    digest = hashlib.sha256(Path(order["file"]).read_bytes()).hexdigest()
    number = wanted.total()
    left.same("the batch", said, ["entries", digest, left.user, number, number, 0, None])
    entries = left.take("scoring_entry", added=number).added.values()
    members = {row["id"]: row["number"] for row in left.after["members_member"].values()}
    codes = {row["id"]: row["code"] for row in left.after["scoring_indicator"].values()}
    found = Counter(
        (
            members[row["member_id"]],
            codes[row["indicator_id"]],
            str(day(row["date"])),
            row["quantity"],
            row["title"],
        )
        for row in entries
    )
    left.same("the entries", found, wanted)
    left.same("their batches", {row["batch_id"] for row in entries}, {batch["id"]})
    (row,) = left.logged("import entries")
    left.same("the log's object", row["object_id"], str(batch["id"]))
    left.same("the log's rows", parsed(row["after"])["added"], {"scoring.entry": number})


def _stage(left: Left) -> None:
    (upload,) = left.take("members_stagedimport", added=1).added.values()
    left.same("the bytes", bytes(upload["content"]), Path(left.order["file"]).read_bytes())


def _confirm_import(left: Left) -> None:
    (upload,) = left.take("members_stagedimport", removed=1).removed.values()
    key = left.order["key"]
    left.same("the upload", str(upload["key"]).replace("-", ""), key.replace("-", ""))
    _import(left)


def _votes(left: Left) -> dict[int, list[int]]:
    return {int(member): votes for member, votes in left.order["votes"].items()}


def _cast(rows: Any) -> dict[int, list[int]]:
    return {row["member_id"]: [row[name] for name in VOTES] for row in rows}


def _enter_count(left: Left) -> None:
    (count,) = left.take("appraisal_count", added=1).added.values()
    left.same("the count", (count["state"], count["entered_by_id"]), ("entered", left.user))
    lines = left.take("appraisal_countline", added=len(_votes(left))).added.values()
    left.same("the lines", _cast(lines), _votes(left))
    left.same("their counts", {row["count_id"] for row in lines}, {count["id"]})
    (row,) = left.logged("enter count")
    left.same("the log's object", row["object_id"], str(count["id"]))


def _confirm_count(left: Left) -> None:
    ((_old, count),) = left.take("appraisal_count", changed=1).changed.values()
    left.same("the count", (count["state"], count["confirmed_by_id"]), ("confirmed", left.user))
    tallies = left.take("appraisal_tally", added=len(_votes(left))).added.values()
    left.same("the votes", _cast(tallies), _votes(left))
    origins = {(row["count_id"], row["source"], row["year"]) for row in tallies}
    left.same("where they come from", origins, {(count["id"], "confirmed", left.order["year"])})
    (row,) = left.logged("confirm count")
    left.same("the log's members", parsed(row["after"])["members"], len(_votes(left)))


def _void_count(left: Left) -> None:
    ((_old, count),) = left.take("appraisal_count", changed=1).changed.values()
    left.same("the count", count["state"], "void")
    tallies = left.take("appraisal_tally", removed=len(_votes(left))).removed.values()
    left.same("whose votes went", {row["member_id"] for row in tallies}, set(_votes(left)))
    left.logged("void count")


def _submit_year(left: Left) -> None:
    order, members = left.order, left.keys(left.order["members"])
    (snapshot,) = left.take("appraisal_snapshot", added=1).added.values()
    said = [snapshot[name] for name in ("organisation_id", "purpose", "period", "actor_id")]
    left.same("what was frozen", said, [left.organisation, "submission", str(order["year"]), left.user])
    rows = left.take("appraisal_snapshotrow", added=len(members)).added.values()
    left.same("who was frozen", {row["member_id"] for row in rows}, members)
    left.same("what their rows are of", {row["snapshot_id"] for row in rows}, {snapshot["id"]})
    year = left.branch_year("submitted", new=not _stands(left))
    left.same("the year's figures", year["snapshot_id"], snapshot["id"])
    left.same("who submitted", year["submitted_by_id"], left.user)
    left.at(year["submitted_at"])
    later = [year[name] for name in ("posted_on", "approved_at", "approved_by_id", "reopened_at")]
    left.same("what comes later", later, [None] * 4)
    locks = left.take("members_yearlock", added=len(members)).added.values()
    closed = {(row["member_id"], row["year"]) for row in locks}
    left.same("closed years", closed, {(key, order["year"]) for key in members})
    log = {row["verb"]: row for row in left.logged("freeze figures", "submit year")}
    left.same("the log's digest", parsed(log["freeze figures"]["after"])["digest"], snapshot["digest"])
    left.same("the log's object", log["submit year"]["object_id"], str(year["id"]))


def _stands(left: Left) -> bool:
    place = (left.organisation, left.order["year"])
    rows = left.before["appraisal_branchyear"].values()
    return place in {(row["organisation_id"], row["year"]) for row in rows}


def _post_notice(left: Left) -> None:
    year = left.branch_year("submitted")
    left.same("posted", (day(year["posted_on"]), year["place"]), (left.order["day"], "公开栏"))
    left.logged("post notice")


def _approve_year(left: Left) -> None:
    year = left.branch_year("approved")
    left.same("who approved", year["approved_by_id"], left.user)
    left.at(year["approved_at"])
    frozen = left.after["appraisal_snapshotrow"].values()
    rows = [row for row in frozen if row["snapshot_id"] == year["snapshot_id"]]
    failed = {row["member_id"] for row in rows if parsed(row["figures"])["grade"] == "fail"}
    stored = {
        row["member_id"]: row["withdrawn_on"] is None
        for row in left.before["appraisal_case"].values()
        if row["branch_year_id"] == year["id"]
    }
    opened = failed - stored.keys()
    resumed = {member for member in failed & stored.keys() if not stored[member]}
    withdrawn = {member for member, stands in stored.items() if stands and member not in failed}
    cases = left.take("appraisal_case", added=len(opened), changed=len(resumed | withdrawn))
    left.same("cases opened", {row["member_id"] for row in cases.added.values()}, opened)
    changed = {row["member_id"]: row["withdrawn_on"] is None for _old, row in cases.changed.values()}
    wanted = dict.fromkeys(resumed, True) | dict.fromkeys(withdrawn, False)
    left.same("cases resumed and withdrawn", changed, wanted)
    verbs = {"open case": opened, "resume case": resumed, "withdraw case": withdrawn}
    left.logged("approve year", *(verb for verb, whose in verbs.items() for _member in whose))


def _reopen_year(left: Left) -> None:
    year, members = left.branch_year("open"), left.keys(left.order["members"])
    left.at(year["reopened_at"])
    locks = left.take("members_yearlock", removed=len(members)).removed.values()
    opened = {(row["member_id"], row["year"]) for row in locks}
    left.same("opened years", opened, {(key, left.order["year"]) for key in members})
    left.logged("reopen year")


WHOLE: dict[str, Callable[[Left], None]] = {
    "import": _import,
    "stage": _stage,
    "confirm import": _confirm_import,
    "enter count": _enter_count,
    "confirm count": _confirm_count,
    "submit year": _submit_year,
    "post notice": _post_notice,
    "approve year": _approve_year,
    "reopen year": _reopen_year,
    "void count": _void_count,
}


def is_there(order: Order, before: Tables, after: Tables) -> bool:
    """Whether what the order asks for is there, and nothing else; False where nothing at all is.

    Raises HalfWritten.
    """
    left = Left(order, before, after)
    if left.nothing:
        return False
    WHOLE[order["verb"]](left)
    left.end()
    return True


def without_their_rows(tables: Tables, media: Path) -> list[str]:
    """Files that no row names. Raises HalfWritten where a row names one that is not there, or not whole."""
    named = {row["sheet"] for row in tables[SHEETS].values()}
    for name in named:
        path = media / name
        if not path.is_file() or not path.read_bytes().endswith(b"%%EOF"):
            raise HalfWritten(f"a count names a sheet that is not there as a whole: {name}")
    stored = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    return sorted(stored - named)
