"""What a member held in another branch before is that branch's history: the new one does not rewrite it."""

from __future__ import annotations

from datetime import date

import pytest

from members.errors import OutOfScope
from members.models import Posting
from members.services import roster
from tests.cast import Cast


def test_what_a_member_held_elsewhere_is_not_the_new_branchs_to_end(cast: Cast) -> None:
    member = cast.members["M101"]
    before = member.postings.get()
    roster.transfer(
        by=cast.operator, member=member, organisation=cast.organisations["DT0101"],
        role=cast.roles["community.member"], start=date(2026, 4, 1),
    )  # fmt: skip
    client = cast.client(cast.owner)
    page = client.get(f"/members/{member.number}/ending/")
    offered = [row.organisation.code for row in page.context["form"].fields["posting"].queryset]
    assert offered == ["DT0101"]
    client.post(
        f"/members/{member.number}/ending/", {"posting": before.pk, "end": "2025-06-30", "confirmed": "1"}
    )
    with pytest.raises(OutOfScope):
        roster.end_posting(by=cast.by(cast.owner), posting=before, end=date(2025, 6, 30))
    assert Posting.objects.get(pk=before.pk).end == date(2026, 3, 31)
