"""The tasks of the guides: what each kind of duty does here, and the pages that each task is about."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.enums import DutyKind

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture among the static files, and what it shows in words; both sizes in pixels."""

    file: str
    alt: Words
    width: int = 896
    height: int = 630


@dataclass(frozen=True, slots=True)
class Task:
    """One page of a guide: for whom, the text, and the names of the addresses that it explains.

    What is done on the server explains no address.
    """

    slug: str
    title: Words
    audience: DutyKind
    template: str
    url_names: tuple[str, ...] = ()
    picture: Picture | None = None

    @property
    def url(self) -> str:
        """Where it is read."""
        return reverse("guide_task", args=[self.audience, self.slug])


def _of_model(model: str, *pages: str) -> tuple[str, ...]:
    return tuple(f"admin:{model}_{page}" for page in pages or ("changelist", "add", "change"))


TASKS = (
    Task(
        "meeting",
        _("Record a meeting and who came"),
        DutyKind.SECRETARY,
        "guide/secretary/meeting.html",
        (
            "activity_new", "activity_edit", "attendance", "sign_in_sheet",
            *_of_model("scoring_activity", "changelist", "change"),
            *_of_model("scoring_attendance", "changelist"),
        ),
        Picture(
            "guide/meeting.png",
            _("The attendance list: a mark for each member, the totals, the button that saves"),
        ),
    ),
    Task(
        "dues",
        _("Record dues"),
        DutyKind.SECRETARY,
        "guide/secretary/dues.html",
        ("dues_grid",),
        Picture("guide/dues.png", _("The dues of a year: a line for each member, a column for each month")),
    ),
    Task(
        "visits-and-essays",
        _("Visits, essays, good deeds"),
        DutyKind.SECRETARY,
        "guide/secretary/visits-and-essays.html",
        ("quick_rows", *_of_model("scoring_entry")),
        Picture("guide/quick.png", _("Quick rows: member, indicator, quantity, date, name of the activity")),
    ),
    Task(
        "standing",
        _("Pairings and volunteer posts"),
        DutyKind.SECRETARY,
        "guide/secretary/standing.html",
        ("standing_rows",),
    ),
    Task(
        "judged",
        _("Judged standards"),
        DutyKind.SECRETARY,
        "guide/secretary/judged.html",
        ("judged_grid", *_of_model("scoring_judgement")),
    ),
    Task(
        "waivers",
        _("Waive what a member cannot do"),
        DutyKind.SECRETARY,
        "guide/secretary/waivers.html",
        _of_model("scoring_waiver"),
    ),
    Task(
        "bonus",
        _("Awards and contributions"),
        DutyKind.SECRETARY,
        "guide/secretary/bonus.html",
        _of_model("scoring_bonus"),
    ),
    Task(
        "roster",
        _("Roster: transfers, roles, leaves"),
        DutyKind.SECRETARY,
        "guide/secretary/roster.html",
        (
            "branch_roster", "member_transfer", "member_role", "member_ending", "member_leave",
            "member_leave_ending", "member_leave_correction", *_of_model("members_member"),
            *_of_model("members_leave"),
            *_of_model("members_posting", "changelist", "change"),
        ),
        Picture(
            "guide/roster.png", _("The roster of a branch: postings, roles, and a button for each member")
        ),
    ),
    Task(
        "adjustment",
        _("Adjust requirements"),
        DutyKind.SECRETARY,
        "guide/secretary/adjustment.html",
        ("branch_adjustment", *_of_model("scoring_adjustment", "changelist", "change")),
    ),
    Task(
        "ballot",
        _("Record the ballot of the democratic appraisal"),
        DutyKind.SECRETARY,
        "guide/secretary/ballot.html",
        ("ballot", "ballot_print", "ballot_opinions"),
    ),
    Task(
        "count",
        _("Enter the count"),
        DutyKind.SECRETARY,
        "guide/secretary/count.html",
        ("ballot_count", *_of_model("appraisal_tally")),
    ),
    Task(
        "why",
        _("Why a member has these points"),
        DutyKind.SECRETARY,
        "guide/secretary/why.html",
        ("member_scores", "member"),
        Picture("guide/why.png", _("The derivation of a score: each line with quota, count and points")),
    ),
    Task(
        "notice",
        _("Print and post notices"),
        DutyKind.SECRETARY,
        "guide/secretary/notice.html",
        ("branch_scores", "branch_notices", "branch_notice", "jobs", "job", "job_order"),
        Picture("guide/notice.png", _("The scores of a branch, with the buttons above them")),
    ),
    Task(
        "analysis",
        _("Analyse the year so far"),
        DutyKind.SECRETARY,
        "guide/secretary/analysis.html",
        ("branch_analysis",),
    ),
    Task(
        "year",
        _("Submit the year, post it, hear objections"),
        DutyKind.SECRETARY,
        "guide/secretary/year.html",
        ("branch_year", "branch_submission", "eligibility", "cases", "case"),
    ),
    Task(
        "excel",
        _("Import and export by Excel"),
        DutyKind.SECRETARY,
        "guide/secretary/excel.html",
        (
            *(
                f"admin:{model}_{page}"
                for model in (
                    "members_member", "members_leave", "scoring_entry", "scoring_judgement", "scoring_bonus",
                    "scoring_waiver", "appraisal_tally",
                )
                for page in ("import", "import_preview")
            ),
            *_of_model("members_importbatch", "changelist", "change", "undo"),
        ),
        Picture("guide/excel.png", _("The import page: choose the file, below it the columns")),
    ),
    Task(
        "confirm",
        _("Compare the count and confirm it"),
        DutyKind.CONFIRMING_OFFICER,
        "guide/officer/confirm.html",
        ("home", "ballot_count"),
    ),
    Task(
        "overview",
        _("All branches at a glance"),
        DutyKind.COMMITTEE,
        "guide/committee/overview.html",
        ("home",),
        Picture(
            "guide/overview.png", _("The first page of the committee: the branches, lagging ones first")
        ),
    ),
    Task(
        "branch",
        _("Look into a branch"),
        DutyKind.COMMITTEE,
        "guide/committee/branch.html",
        (
            "branch_scores", "branch_roster", "member", "member_scores", "attendance", "dues_grid",
            "quick_rows", "standing_rows", "judged_grid", "ballot", "ballot_count", "ballot_opinions",
            "admin:scoring_entry_changelist",
        ),
    ),
    Task(
        "rush",
        _("Analyse branches, watch for a rush"),
        DutyKind.COMMITTEE,
        "guide/committee/rush.html",
        ("branch_analysis",),
    ),
    Task(
        "figures",
        _("Frozen figures, notices, adjustments"),
        DutyKind.COMMITTEE,
        "guide/committee/figures.html",
        (
            "admin:appraisal_snapshot_changelist", "admin:appraisal_snapshot_change",
            "admin:members_yearlock_changelist", "admin:scoring_adjustment_changelist",
            "admin:appraisal_tally_changelist", "jobs", "job", "job_order",
        ),
    ),
    Task(
        "review",
        _("Decide on what branches submit"),
        DutyKind.COMMITTEE,
        "guide/committee/review.html",
        ("review", "branch_review", "branch_year", "branch_submission"),
    ),
    Task(
        "outcome",
        _("Awards, and members found unqualified"),
        DutyKind.COMMITTEE,
        "guide/committee/outcome.html",
        ("eligibility", "cases", "case"),
    ),
    Task(
        "log",
        _("The log"),
        DutyKind.COMMITTEE,
        "guide/committee/log.html",
        ("admin:members_logrow_changelist", "admin:members_logrow_change"),
    ),
    Task(
        "setup",
        _("Set up the installation, step by step"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/setup.html",
        ("home",),
    ),
    Task(
        "organisations",
        _("Organisations, one by one or by Excel"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/organisations.html",
        _of_model("members_organisation", "changelist", "add", "change", "import", "import_preview"),
        Picture(
            "guide/organisations.png",
            _("The list of organisations as a tree, with the buttons that add and import above it"),
        ),
    ),
    Task(
        "accounts",
        _("Accounts and passwords"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/accounts.html",
        _of_model("members_user", "changelist", "add", "change", "password"),
    ),
    Task(
        "duties",
        _("Duties: who may see and write what"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/duties.html",
        _of_model("members_duty"),
        Picture("guide/duties.png", _("The form of a duty: user, kind, organisation, first and last day")),
    ),
    Task(
        "second-factor",
        _("The second factor, and a lost phone"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/second-factor.html",
        ("second_step", *_of_model("members_user", "second_factor")),
    ),
    Task(
        "scheme",
        _("Load a scheme"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/scheme.html",
        ("schemes", "scheme"),
    ),
    Task(
        "lists",
        _("Import lists, and take an import back"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/lists.html",
        _of_model("members_importbatch", "changelist", "change", "undo"),
    ),
    Task(
        "print-settings",
        _("Telephones, fonts, days of publicity"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/print-settings.html",
        _of_model("reports_printsettings"),
        Picture(
            "guide/print-settings.png",
            _("The print settings of an organisation: telephone, signature, addressee, script"),
        ),
    ),
    Task(
        "working-days",
        _("The calendar of working days"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/working-days.html",
    ),
    Task(
        "log",
        _("Read the log"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/log.html",
        _of_model("members_logrow", "changelist", "change"),
        Picture("guide/log.png", _("The log, above it the newest hash and the button that checks it")),
    ),
    Task(
        "verify",
        _("Verify, and what to do when something is wrong"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/verify.html",
    ),
    Task("backup", _("Back up"), DutyKind.ADMINISTRATOR, "guide/administrator/backup.html"),
    Task("restore", _("Restore from a backup"), DutyKind.ADMINISTRATOR, "guide/administrator/restore.html"),
    Task("workers", _("Background workers"), DutyKind.ADMINISTRATOR, "guide/administrator/workers.html"),
    Task(
        "address",
        _("The address of the site, and the code on notices"),
        DutyKind.ADMINISTRATOR,
        "guide/administrator/address.html",
    ),
)  # fmt: skip
