"""Abstract bases that tables of every app share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.errors import WrittenOnce
from members.models.counting import Counting
from members.text import tidy, uncontrolled, visible

FIRST_YEAR, LAST_YEAR = 1900, 2100


def choices_check(
    field: str, choices: type[models.TextChoices] | Iterable[str], name: str
) -> models.CheckConstraint:
    """A CHECK that holds `field` to the values of `choices`, so that the database knows the list too."""
    values = choices.values if isinstance(choices, type) else list(choices)
    return models.CheckConstraint(
        condition=models.Q((f"{field}__in", values)),
        name=name,
        violation_error_message=_("This value is not one of the allowed ones."),
    )


def in_script(hans: str, hant: str) -> str:
    """Of a text kept in both scripts the one of the active language; English shows the Simplified one."""
    return hant if (get_language() or "").lower() == "zh-hant" else hans


class TwoScripts(models.Model):
    """A row with its name in Simplified and in Traditional script."""

    name_hans = models.CharField(_("name (Simplified)"), max_length=120)
    name_hant = models.CharField(_("name (Traditional)"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    @admin.display(description=_("name"))
    def name(self) -> str:
        """The name in the script of the active language; English shows the Simplified one."""
        return in_script(self.name_hans, self.name_hant)


class WriteOnce(models.Model):
    """A row that a scheme file makes: inserted, and from then on neither changed nor deleted.

    Goes with a manager made of `WriteOnceQuerySet`, which refuses the same in bulk.
    """

    class Meta:
        abstract = True

    def refuse_writing(self) -> None:
        """Raise WrittenOnce when the row stands in the database already."""
        if self.pk is not None and type(self)._base_manager.filter(pk=self.pk).exists():
            raise WrittenOnce(self)

    @classmethod
    def refuse_writing_of(cls, rows: Sequence[Self]) -> None:
        """The same for many rows at once."""
        for row in rows:
            row.refuse_writing()

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; every way of saving one object comes through here."""
        self.refuse_writing()
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: raises WrittenOnce."""
        raise WrittenOnce(self)


class Plausible(models.Model):
    """A row that says nothing that no record can mean."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError, by field, also for what no record can mean.

        Days lie between 1900 and 2100; texts have no control or direction characters, and lose what is
        invisible; those of one line also blanks around and twice between, as in a sheet.
        """
        super().clean_fields(exclude=exclude)
        problems: dict[str, Any] = {}
        for field in self._meta.concrete_fields:
            if exclude and field.name in exclude:
                continue
            value = getattr(self, field.attname)
            if (
                isinstance(field, models.DateField)
                and isinstance(value, date)
                and not (FIRST_YEAR <= value.year <= LAST_YEAR)
            ):
                problems[field.name] = _("The year %(year)s cannot be meant.") % {"year": value.year}
            elif isinstance(field, (models.CharField, models.TextField)) and isinstance(value, str):
                lines = isinstance(field, models.TextField)
                setattr(self, field.attname, visible(value) if lines else tidy(value))
                if not uncontrolled(value, lines=lines):
                    problems[field.name] = _("The text has characters that cannot be printed.")
        if problems:
            raise ValidationError(problems)


class Recorded(Plausible):
    """A row that people write through the services: versioned, scoped, logged, bound by closed years.

    Subclasses say whose they are (`belongs_to_member`, `belongs_to_organisation`) and in which
    years they count (`years_counted`).
    """

    administered: ClassVar[bool] = False
    """Whether an administrator writes it, and nobody else."""

    reviewed: ClassVar[bool] = False
    """Whether a committee above writes it, and nobody else."""

    LAST_DAY: ClassVar[str | None] = None
    """Of a row that lasts from a day to a day, perhaps open, the field that ends it."""

    counting: ClassVar[Counting | None] = None
    """The same as `years_counted` for the database, which asks no model."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def belongs_to_member(self) -> int | None:
        """Key of the member whose record this is, or None where it is an organisation's."""
        return getattr(self, "member_id", None)

    def belongs_to_organisation(self) -> int | None:
        """Key of the organisation whose record this is, where it is not a member's."""
        return getattr(self, "organisation_id", None)

    def listed_in(self) -> tuple[str, str, str] | None:
        """Kind and key of what has the list that the row comes from, and the key of its line there."""
        return None

    def years_counted(self) -> tuple[int, int | None] | None:
        """First and last year in which the row counts (None: no last one); None where it counts in none."""
        return None

    def touches(self, before: Self | None = None) -> list[tuple[int, int, int | None]]:
        """Whose years storing this row, over `before` where there is one, changes what counts in.

        Each as (member key, first year, last year or None). Where nothing but the last day of the row
        differs, they are the years of the days between the two last days: what began in a closed year
        can be ended in an open one.
        """
        rows = [self] if before is None else [before, self]
        if before is not None and self._differing(before) == {self.LAST_DAY}:
            ends = [getattr(row, str(self.LAST_DAY)) for row in rows]
            bounded = sorted(end for end in ends if end is not None)
            spans = [(self, _year_after(bounded[0]), None if None in ends else bounded[-1].year)]
        else:
            spans = [(row, *years) for row in rows if (years := row.years_counted()) is not None]
        members = [(row.belongs_to_member(), first, last) for row, first, last in spans]
        return [(member, first, last) for member, first, last in members if member is not None]

    def _differing(self, other: Self) -> set[str | None]:
        mine, theirs = self.as_logged(), other.as_logged()
        return {name for name in mine | theirs if mine.get(name) != theirs.get(name)}

    def as_logged(self) -> dict[str, Any]:
        """The row's stored values by column, in JSON's own types, for the log."""
        values: dict[str, Any] = {}
        for field in self._meta.concrete_fields:
            if field.name == "version":
                continue
            value = _as_stored(field, getattr(self, field.attname))
            values[field.name] = value if isinstance(value, (int, str, bool, type(None))) else str(value)
        return values

    @classmethod
    def stored(cls, pk: Any) -> Self | None:
        """The row as the database holds it now, or None."""
        return cls._base_manager.filter(pk=pk).first()


def _as_stored(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as the database gives it back: 90 and 90.0, or one moment in two zones, are no change."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, Decimal) and isinstance(field, models.DecimalField):
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value


def _year_after(day: date) -> int:
    """The year of the day after."""
    return day.year + 1 if (day.month, day.day) == (12, 31) else day.year
