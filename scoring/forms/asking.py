"""Forms that ask once before they store what may be a mistake: the page shows a box to tick."""

from __future__ import annotations

from members.errors import Refused
from members.forms import RecordedForm
from members.models import Member
from scoring.services.questions import Question, nothing_earned, same_entries
from scoring.services.roll import people

ASKED = "asked"
"""The code of a refusal that is a question."""


class AskingForm(RecordedForm):
    """A form over a recorded row. The answer names what was asked, so that it answers nothing else."""

    asked: Question | None = None
    agreed = False
    asking = False
    """Whether nothing but the answer is missing."""

    def questions(self) -> list[Question]:
        """What is to be asked of the row as it would be stored."""
        raise NotImplementedError

    def ask(self) -> None:
        """Raise Refused where something is asked that is not answered."""
        if self.asked is not None and not self.agreed:
            self.asking = True
            raise Refused(self.asked.text, code=ASKED)

    def _post_clean(self) -> None:
        super()._post_clean()
        self.asking = getattr(self.refusal, "code", None) == ASKED
        if self.errors and self.refusal is None:
            return
        questions = self.questions()
        if questions:
            key = " ".join(question.key for question in questions)
            self.asked = Question(key, " ".join(question.text for question in questions))
            self.agreed = self.data.get("again") == key


class EntryForm(AskingForm):
    """One entry of the ledger."""

    def questions(self) -> list[Question]:
        """Whether it is meant although it may be recorded already, or would earn nothing."""
        if self.instance.pk is not None and not {"indicator", "date", "title"}.intersection(
            self.changed_data
        ):
            return []
        entries = {0: self.instance}
        member = Member.objects.filter(pk=self.instance.member_id)
        same, nothing = same_entries(entries), nothing_earned(entries, lambda year: people(member, year))
        return [*same.values(), *nothing.values()]
