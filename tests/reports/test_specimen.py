"""Settings of printed pages are seen as a page before they are stored."""

import io
import re

import pdfplumber
import pytest
from django.db.models import QuerySet

from members.models import LogRow
from reports.models import PrintSettings
from reports.services.settings import SettingsBook, save_settings
from scoring.models import SchemeRole
from tests.desk.reader import browser

NEW = "/admin/reports/printsettings/add/specimen/"


def words(answer):
    with pdfplumber.open(io.BytesIO(answer.content)) as pdf:
        return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in pdf.pages))


@pytest.fixture
def stored(cast):
    settings = PrintSettings(organisation=cast.organisations["DT0101"], signature="旧落款")
    save_settings(by=cast.operator, settings=settings)
    return settings


def url(settings):
    return f"/admin/reports/printsettings/{settings.pk}/specimen/"


def given(cast, **more):
    return {"organisation": cast.organisations["DT0102"].pk, "phone": "", "signature": "", "addressee": "",
            "wall": "", "language": "", "order": "", "publicity_days": ""} | more  # fmt: skip


def test_what_the_form_says_is_seen_and_not_stored(cast, stored):
    rows = LogRow.objects.count()
    said = given(cast, version_read="1", signature="新落款", addressee="东塘街道组织办", phone="0731-1",
                 order="strokes", wall="both", language="zh-hant", publicity_days="3")  # fmt: skip
    answer = cast.client(cast.administrator).post(url(stored), said)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    text = words(answer)
    for shown in ("新落款", "0731-1", "以姓氏筆畫為序", "3個工作日", "不得張貼"):
        assert shown in text
    # A name is printed as it is typed.
    assert "东塘街道组织办：" in text
    # 丁 2, 王 4, 張 11, 魏 17 strokes.
    assert text.index("丁樣例") < text.index("王樣例") < text.index("張樣例") < text.index("魏樣例")
    assert "積分暫時領先：魏樣例。" in text
    assert "積分暫時落後：王樣例。" in text
    stored.refresh_from_db()
    assert (stored.signature, stored.version, LogRow.objects.count()) == ("旧落款", 1, rows)


def test_a_new_one_is_seen_before_it_is_there(cast):
    answer = cast.client(cast.administrator).post(NEW, given(cast, signature="第二支部"))
    assert "第二支部" in words(answer)
    # What is left empty comes from nowhere else yet: by rank, the committee above, nobody named.
    assert words(answer).index("魏样例") < words(answer).index("丁样例")
    assert "东塘街道工委：" in words(answer)
    assert "暂时" not in words(answer)
    assert not PrintSettings.objects.exists()


@pytest.mark.parametrize("wrong", [{"phone": "call me"}, {"publicity_days": "0"}, {"order": "age"},
                                   {"organisation": ""}])  # fmt: skip
def test_a_fault_is_told_beside_its_field_and_the_form_leads_back(cast, wrong):
    answer = cast.client(cast.administrator).post(NEW, given(cast, signature="第二支部") | wrong)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert list(form.errors) == list(wrong)
    page = answer.content.decode()
    assert 'action="/admin/reports/printsettings/add/"' in page
    assert "第二支部" in page
    assert not PrintSettings.objects.exists()


def test_where_no_scheme_governs_the_form_says_so(cast, stored, monkeypatch):
    monkeypatch.setattr("reports.services.specimen.StandardsBook.scheme", lambda book, path: None)
    answer = cast.client(cast.administrator).post(url(stored), given(cast, version_read="1"))
    assert answer.status_code == 200
    (told,) = answer.context["adminform"].form.non_field_errors()
    assert "2026" in told


def test_only_who_writes_settings_sees_a_specimen_and_only_of_a_form(cast, stored):
    assert cast.client(cast.owner).post(url(stored), given(cast, version_read="1")).status_code == 403
    assert cast.client(cast.other).post(url(stored), given(cast, version_read="1")).status_code == 404
    assert cast.client(cast.owner).post(NEW, given(cast)).status_code == 403
    assert cast.client(cast.administrator).get(url(stored)).status_code == 405


def test_both_forms_offer_it_to_whoever_may_write(cast, stored):
    page = cast.client(cast.administrator).get(f"/admin/reports/printsettings/{stored.pk}/change/")
    assert f'formaction="{url(stored)}" formtarget="_blank"' in page.content.decode()
    page = cast.client(cast.administrator).get("/admin/reports/printsettings/add/")
    assert f'formaction="{NEW}"' in page.content.decode()
    page = cast.client(cast.owner).get(f"/admin/reports/printsettings/{stored.pk}/change/")
    assert "formaction" not in page.content.decode()


@pytest.mark.parametrize("scored, answers", [(True, "application/pdf"), (False, "text/html")])
def test_a_scheme_without_a_role_on_the_ballot_has_a_specimen_if_any_role_is_scored(
    cast, stored, scored, answers
):
    QuerySet(SchemeRole).filter(scored=True).update(scored=scored, annual_is_daily=scored)
    answer = cast.client(cast.administrator).post(url(stored), given(cast, version_read="1"))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(answers)


def test_each_field_says_where_it_comes_from_when_it_is_left_empty(cast):
    client = browser(cast, cast.administrator)
    fields = client.get("/admin/reports/printsettings/add/").context["adminform"].form.fields
    said = {name: str(field.help_text) for name, field in fields.items()}
    assert "Empty: that of a general branch above. A committee's is never taken for it" in said["phone"]
    assert said["signature"] == "Empty: the organisation's own name, whatever stands above."
    for name in ("addressee", "wall", "language", "order", "publicity_days"):
        assert "Empty everywhere:" in said[name]
    # As the forms say: the telephone of DT01 and the script of DT come down to DT0101, a signature does not.
    for code, stored in (
        ("DT", {"phone": "0512-1", "signature": "工委", "language": "zh-hant"}),
        ("DT01", {"phone": "0512-2", "signature": "总支"}),
        ("DT0101", {}),
    ):
        PrintSettings.objects.create(organisation=cast.organisations[code], **stored)
    book = SettingsBook()
    terms = book.terms(cast.organisations["DT0101"])
    assert [phone.number for phone in terms.phones] == ["0512-2", "0512-1"]
    assert (terms.signature, terms.language) == ("东塘第一党支部", "zh-hant")
    assert [phone.number for phone in book.terms(cast.organisations["DT02"]).phones] == ["", "0512-1"]
