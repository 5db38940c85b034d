"""What ships is stored once, as versions in use, and never overruns what the desk made itself."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from desk.models import Event
from sla import shipped as files
from sla.actions import load_shipped, new_policy_version
from sla.models import Calendar, CalendarDay, CalendarVersion, Policy, PolicyVersion
from tests.sla.conftest import NOW

pytestmark = pytest.mark.django_db


def test_everything_that_ships_is_in_use() -> None:
    load_shipped(at=NOW)
    assert {calendar.slug for calendar in Calendar.objects.all()} == {
        "office-hours", "p1-cover", "working-days", "always",
    }  # fmt: skip
    assert not CalendarVersion.objects.filter(frozen_at=None).exists()
    assert [str(version) for version in PolicyVersion.objects.all()] == [
        "Intramed (Online), versie 1", "VECOZO Dienst MDO, SLA 1.0",
    ]  # fmt: skip
    assert not PolicyVersion.objects.filter(published_at=None).exists()
    assert Policy.objects.get(is_default=True).slug == "vecozo-mdo"
    assert Event.objects.filter(case_type="policy", verb="publish").count() == 2


def test_loading_again_makes_nothing(shipped: None) -> None:
    assert load_shipped(at=NOW + timedelta(days=1)) == []
    assert (CalendarVersion.objects.count(), PolicyVersion.objects.count()) == (4, 2)


def test_the_command_says_what_it_made(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_policies")
    assert "VECOZO Dienst MDO, SLA 1.0: in gebruik" in capsys.readouterr().out
    call_command("load_policies")
    assert capsys.readouterr().out == ""


@pytest.fixture
def new_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped files, to be changed as an upgrade would."""
    for path in files.DATA.rglob("*.toml"):
        copy = tmp_path / path.relative_to(files.DATA)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(files, "DATA", tmp_path)
    return tmp_path


def close_on_good_friday(data: Path) -> None:
    path = data / "holidays.toml"
    path.write_text(path.read_text().replace('good_friday = "never"', 'good_friday = "always"'))


def test_changed_content_makes_new_versions_and_keeps_the_old(shipped: None, new_data: Path) -> None:
    before = dict(PolicyVersion.objects.values_list("pk", "published_at"))
    close_on_good_friday(new_data)

    made = load_shipped(at=NOW + timedelta(days=1))

    assert [str(version) for version in made] == [
        "Kantoortijden, versie 2", "Bereikbaarheid voor prioriteit 1, versie 2",
        "Werkdagen, dag en nacht, versie 2", "Intramed (Online), versie 1", "VECOZO Dienst MDO, SLA 1.0",
    ]  # fmt: skip
    assert dict(PolicyVersion.objects.filter(pk__in=before).values_list("pk", "published_at")) == before
    newest = PolicyVersion.objects.filter(policy__slug="vecozo-mdo").latest("number")
    assert {row.calendar.number for row in newest.targets.all()} == {2}
    good_friday = CalendarDay.objects.get(version_id=made[0].pk, date=date(2026, 4, 3))
    assert good_friday.status == CalendarDay.Status.ACCEPTED


def test_what_the_desk_made_itself_is_not_overrun(shipped: None, mdo: Policy, new_data: Path) -> None:
    new_policy_version(mdo, by=None, at=NOW)
    close_on_good_friday(new_data)

    load_shipped(at=NOW)

    newest = mdo.versions.latest("number")
    assert newest.number == 3
    assert newest.is_draft
    assert not PolicyVersion.objects.filter(policy__slug="intramed", published_at=None).exists()


def closed(year: int) -> dict[date, str]:
    return {day.date: day.name for day in files.holidays() if day.closed and day.date.year == year}


def test_sla_2_8_holidays_of_2026() -> None:
    """SLA 2.8. Goede Vrijdag and, outside lustrum years, 5 mei are open: docs/readings.md."""
    assert closed(2026) == {
        date(2026, 1, 1): "Nieuwjaarsdag",
        date(2026, 4, 5): "Eerste Paasdag",
        date(2026, 4, 6): "Tweede Paasdag",
        date(2026, 4, 27): "Koningsdag",
        date(2026, 5, 14): "Hemelvaartsdag",
        date(2026, 5, 24): "Eerste Pinksterdag",
        date(2026, 5, 25): "Tweede Pinksterdag",
        date(2026, 12, 25): "Eerste Kerstdag",
        date(2026, 12, 26): "Tweede Kerstdag",
    }


@pytest.mark.parametrize("year", range(2024, 2031))
def test_sla_2_8_every_year_is_complete(year: int) -> None:
    names = list(closed(year).values())
    assert ("Bevrijdingsdag" in names) is (year in {2025, 2030})
    assert "Goede Vrijdag" not in names
    assert len(names) == 10 if year in {2025, 2030} else 9


def test_an_open_holiday_stays_on_record_as_rejected(shipped: None) -> None:
    """So that it is not proposed again, and somebody can see that it was thought of."""
    days = CalendarDay.objects.filter(version__calendar__slug="office-hours")
    assert days.get(date=date(2026, 4, 3)).status == CalendarDay.Status.REJECTED


def test_always_takes_no_holidays(shipped: None) -> None:
    assert not CalendarDay.objects.filter(version__calendar__slug="always").exists()


@pytest.mark.parametrize("path", sorted((files.DATA / "policies").glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_policy_has_no_member_that_nobody_reads(path: Path) -> None:
    content: dict[str, Any] = tomllib.loads(path.read_text())
    fields = {field.name for field in PolicyVersion._meta.fields}
    assert set(content) <= fields | {"name", "supplier", "default", "targets", "echelons"}
