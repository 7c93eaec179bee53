"""Settings of printed pages: whose word holds."""

import pytest

from members.errors import OutOfScope, Refused
from reports.enums import ListOrder
from reports.models import PrintSettings
from reports.services.settings import SettingsBook, save_settings


@pytest.fixture
def said(cast):
    def say(code, **values):
        settings = PrintSettings(organisation=cast.organisations[code], **values)
        save_settings(by=cast.operator, settings=settings)
        return settings

    return say


def terms(cast, code="DT0101"):
    return SettingsBook().terms(cast.organisations[code])


def test_without_settings_the_name_signs_and_numbers_are_left_to_the_pen(cast):
    found = terms(cast)
    assert (found.language, found.signature, found.publicity_days) == ("zh-hans", "东塘第一党支部", None)
    assert [(phone.owner, phone.number) for phone in found.phones] == [
        ("东塘第一党支部", ""),
        ("东塘街道工委", ""),
    ]


def test_what_is_empty_comes_from_the_nearest_above(cast, said):
    said("DT", language="zh-hant", publicity_days=7)
    said("DT01", publicity_days=6, phone="111")
    found = terms(cast)
    assert (found.language, found.publicity_days, found.phones[0].number) == ("zh-hant", 6, "111")


def test_addressee_order_and_wall_come_from_the_nearest_above(cast, said):
    assert (terms(cast).addressee, terms(cast).order, terms(cast).wall) == ("", "rank", "nobody")
    said("DT", addressee="组织办", order="strokes", wall="both")
    said("DT01", wall="nobody")
    assert (terms(cast).addressee, terms(cast).order, terms(cast).wall) == ("组织办", "strokes", "nobody")
    assert SettingsBook(order=ListOrder.RANK).terms(cast.organisations["DT0101"]).order == "rank"


def test_the_committees_number_is_its_own_and_not_the_branchs(cast, said):
    said("DT", phone="999")
    found = terms(cast)
    assert [phone.number for phone in found.phones] == ["", "999"]


def test_a_signature_is_not_inherited(cast, said):
    said("DT01", signature="党总支委员会")
    assert terms(cast).signature == "东塘第一党支部"
    assert terms(cast, "DT01").signature == "党总支委员会"


def test_a_committee_prints_its_own_number_once(cast, said):
    said("DT", phone="999")
    assert [phone.number for phone in terms(cast, "DT").phones] == ["999"]


def test_only_an_administrator_writes_settings(cast):
    settings = PrintSettings(organisation=cast.organisations["DT0101"], phone="1")
    with pytest.raises(OutOfScope):
        save_settings(by=cast.by(cast.owner), settings=settings)
    save_settings(by=cast.by(cast.administrator), settings=settings)


@pytest.mark.parametrize(
    "values",
    [{"phone": "call me"}, {"publicity_days": 0}, {"language": "en"}, {"order": "age"}, {"wall": "all"}],
)
def test_what_makes_no_sense_is_refused(cast, values):
    with pytest.raises(Refused):
        save_settings(
            by=cast.operator, settings=PrintSettings(organisation=cast.organisations["DT0101"], **values)
        )


def test_settings_are_seen_where_the_organisation_is(cast, said):
    said("DT0101", phone="1")
    said("DT0201", phone="2")
    visible = PrintSettings.objects.visible_to(cast.by(cast.owner).scope)
    assert [row.phone for row in visible] == ["1"]
