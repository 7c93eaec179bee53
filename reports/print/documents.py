"""What is printed, as plain display data: every string is ready to be set, every table knows its columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reports.print.ballots import BallotPaper, OpinionSheet, TallySheet
from reports.print.charts import Chart
from reports.print.codes import Code
from reports.print.engine import PrintedPage, Sheet, print_sheets, render
from reports.print.handed import BlankForms, CardSheet, ConfirmationSheet
from reports.print.measure import card_size, length_of
from reports.print.standing import PraiseList, Reminders
from reports.print.yearly import ApprovalForm, AwardList, ReviewSummary
from reports.tables import Table

SEAL_INDENT = 4
"""The characters between the date and the right edge where a seal is to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """The members of one category: its name, how many they are, and their table."""

    title: str
    members: int
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicity:
    """From when to when a notice hangs on the wall, and for how many working days; None: it is not said."""

    first: str
    last: str
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """Whom to call, and the number; an empty number leaves a line to fill in by hand."""

    owner: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs, and the date as printed."""

    name: str
    date: str

    @property
    def indent(self) -> int:
        """How far the block stands off the right edge, in half characters: date by four, name over it.

        A name so long that it would run over the edge moves the block to the right, up to the edge itself.
        """
        overhang = max(length_of(self.name) - length_of(self.date), 0)
        return max(2 * SEAL_INDENT - int(overhang), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the figures come from, in small print: scheme, digest of the figures, head of the log.

    `number` is that of an issued notice. A provisional page has none of them; `provisional` says on the page
    why it is not to be posted.
    """

    scheme: str
    digest: str = ""
    log_head: str = ""
    number: str = ""
    provisional: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The half-year notice for the wall【四2】.

    It names those ahead and behind only where the organisation wants it, and has no place for a birth date,
    a ballot or what is missing. `by_strokes`: the members of a category stand in that order, which it says.
    """

    template: ClassVar = "print/notice.html"

    organisation: str
    period: str
    basis: str
    first_day: str
    last_day: str
    categories: Sequence[Category]
    by_strokes: bool = False
    ahead: Sequence[str] = ()
    behind: Sequence[str] = ()
    adjustments: Sequence[str] = ()
    publicity: Publicity
    phones: Sequence[Phone]
    signature: Signature
    origin: Origin
    replaces: str = ""
    """Number of the notice that this one corrects; empty: none."""
    corrected: str = ""
    """What of it was corrected, in words."""
    code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualNotice:
    """The annual notice for the wall【四3】: a row of the grade alone has no score, its category no ranks."""

    template: ClassVar = "print/annual_notice.html"

    organisation: str
    period: str
    basis: str
    categories: Sequence[Category]
    by_strokes: bool = False
    grade_alone: bool = False
    adjustments: Sequence[str] = ()
    publicity: Publicity
    phones: Sequence[Phone]
    signature: Signature
    origin: Origin
    replaces: str = ""
    corrected: str = ""
    """Both as of the half-year notice."""
    code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure of the overview, and its change on the quarter before where there is one."""

    label: str
    text: str
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who is ahead and who behind in one category, by name."""

    category: str
    ahead: Sequence[str]
    behind: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The quarterly summary and analysis【四2】, for the branch and the committee, not for the wall.

    `addressee` is empty where it goes to nobody; `charts` stand in columns side by side; `presumed` says
    that a fulfilment somewhere is marked as presumed.
    """

    template: ClassVar = "print/summary.html"

    organisation: str
    period: str
    last_day: str
    made_on: str
    addressee: str = ""
    facts: Sequence[Fact]
    charts: Sequence[Sequence[Chart]]
    standings: Sequence[Standing]
    lagging: Sequence[str]
    categories: Sequence[Category]
    by_strokes: bool = False
    unscored: Table | None = None
    adjustments: Sequence[str] = ()
    presumed: bool = False
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One member's points card of a period, to be handed over; it has no place for a ballot.

    `facts` are the totals; `presumed` says that a fulfilment is marked as presumed.
    """

    template: ClassVar = "print/card.html"

    organisation: str
    period: str
    made_on: str
    name: str
    number: str
    role: str
    facts: Sequence[Fact]
    table: Table
    adjustments: Sequence[str] = ()
    presumed: bool = False
    origin: Origin

    @property
    def size(self) -> int:
        """The size of its type in half points where it is one of four on a page: as large as it fits."""
        return card_size(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSheet:
    """Who is expected at an activity, two to a line with room for the signatures; to be filled in by hand."""

    template: ClassVar = "print/sign_in.html"

    organisation: str
    title: str
    kind: str
    date: str
    place: str
    names: Sequence[str]

    @property
    def lines(self) -> list[list[tuple[int, str]]]:
        """Numbered names, two to a line; the last line may have one alone."""
        numbered = list(enumerate(self.names, start=1))
        return [numbered[place : place + 2] for place in range(0, len(numbered), 2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """Plain paragraphs on the text grid, to check a printer or a font: 22 lines of 28 characters."""

    template: ClassVar = "print/specimen.html"

    paragraphs: Sequence[str]


Document = (
    Notice
    | AnnualNotice
    | Summary
    | Card
    | SignInSheet
    | BallotPaper
    | TallySheet
    | OpinionSheet
    | ApprovalForm
    | ReviewSummary
    | AwardList
    | PraiseList
    | Reminders
    | CardSheet
    | ConfirmationSheet
    | BlankForms
    | Specimen
)


def print_document(document: Document, language: str) -> PrintedPage:
    """One document in one of the languages of fonts.LANGUAGES."""
    return print_documents([(document, language)])


def print_documents(documents: Iterable[tuple[Document, str]]) -> PrintedPage:
    """Documents with their languages, one after the other in one PDF, each from page 1 on."""
    return print_sheets(*(sheet_of(document, language) for document, language in documents))


def sheet_of(document: Document, language: str) -> Sheet:
    """A document as a finished page, not printed yet."""
    return render(document.template, {"document": document}, language)
