"""Equal rows of file and ledger: equal notes first, then a note is stored, then anything; the rest is new."""

import pytest

from scoring.resources.matching import Recorded, match


def result(notes, ledger):
    """What becomes of rows a, b, c … with these notes: key of the record, + when its note is rewritten."""
    rows = [(letter, note) for letter, note in zip("abcdef", notes, strict=False)]
    records = [Recorded(key, note.strip("!"), note.endswith("!")) for key, note in enumerate(ledger, start=1)]
    found = match(rows, records)
    assert [matched.row for matched in found] == [letter for letter, _note in rows]
    return [f"{m.record.key}{'+' * m.rewrite}" if m.record else "new" for m in found]


@pytest.mark.parametrize(
    "notes, ledger, becomes",
    [
        (["", ""], [], ["new", "new"]),
        (["", ""], [""], ["1", "new"]),
        (["", ""], ["", "", ""], ["1", "2"]),
        (["甲", ""], ["", "甲"], ["2", "1"]),
        (["乙"], ["甲", ""], ["2+"]),
        (["乙"], ["甲"], ["1+"]),
        (["乙", "甲"], ["甲", "丙"], ["2+", "1"]),
        (["", "乙"], ["甲"], ["new", "1+"]),
        (["", "乙"], ["甲", "丙"], ["2", "1+"]),
        (["到会"], ["!"], ["1"]),
        (["到会", "补记"], ["!", "甲"], ["2+", "1"]),
        ([""], ["甲!"], ["1"]),
    ],
)
def test_pairs(notes, ledger, becomes):
    assert result(notes, ledger) == becomes
