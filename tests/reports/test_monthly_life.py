"""Every state x transition x role of a report, and what each step does (SLA 13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, Notice
from desk.permissions import STAFF, Role
from domain.months import Month
from incidents import actions as incidents
from reports.models import Correction, ReportLook, ServiceLevelReport
from reports.monthly import actions, correcting, sealing
from reports.monthly.queries import corrections
from reports.monthly.tables import as_json
from sla import actions as sla
from sla.models import Calendar, CalendarDay, Policy, PolicyVersion
from tests import factories
from tests.lives import Life, check
from tests.reports.monthly import AMSTERDAM, FIRST_WORKING_DAY, JUNE, NOW, June, at

pytestmark = pytest.mark.django_db
D, R, P = "draft", "reviewed", "published"
PM, SLM, BOARD, ADMIN = Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT, Role.ADMINISTRATOR
LATER = NOW + timedelta(days=3)
LIFE: Life = {
    "review": ({D}, R, {PM, SLM}),
    "publish": ({R}, P, {PM, SLM, BOARD}),
    "send_back": ({R}, D, {PM, SLM, BOARD}),
    "rebuild": ({D}, None, {PM, SLM, ADMIN}),
    "note": ({D, R}, None, set(STAFF)),
}


@pytest.fixture
def june(db: None) -> June:
    return June()


def test_the_life_is_the_one_written_here(june: June) -> None:
    def make(state: str) -> ServiceLevelReport:
        june.service = factories.ServiceFactory.create(
            slug=f"dienst-{state}-{ServiceLevelReport.objects.count()}"
        )
        if state == D:
            return june.report()
        return june.reviewed() if state == R else june.published()

    def prepare(going: Any) -> None:
        going.case.published_at = NOW if going.verb == "publish" else None

    check(LIFE, make, at=NOW, prepare=prepare)


def test_whoever_reviewed_does_not_publish(june: June) -> None:
    report = june.reviewed(by=june.marieke)
    with pytest.raises(NotAllowed):
        actions.publish(report, by=june.marieke, at=NOW)
    actions.publish(report, by=june.fatma, at=NOW)
    assert report.state == P


def test_what_was_published_has_a_digest_and_stays_as_it_is(june: June) -> None:
    """The database itself refuses any change of it."""
    june.month()
    report = june.published()
    assert report.sha256 == sealing.digest(report.data) == Event.objects.get(verb="publish").data["sha256"]
    row = ServiceLevelReport.objects.filter(pk=report.pk)
    for change in ({"data": {"availability": {"percent": "100.00"}}}, {"version": 9}):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            row.update(**change)
    with (
        pytest.raises(IntegrityError, match="does not change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM reports_servicelevelreport")


def test_the_command_tells_what_was_published_from_what_was_not(
    june: June, tmp_path: Any, capsys: Any
) -> None:
    report = june.published()
    call_command("check_report", report.number)
    file = tmp_path / "rapport.json"
    file.write_bytes(as_json(report.data))
    call_command("check_report", report.number, file=file)
    assert capsys.readouterr().out.count(report.sha256) == 2
    file.write_bytes(as_json(report.data).replace(b'"100.00"', b'"99.99"', 1))
    with pytest.raises(CommandError, match=report.sha256):
        call_command("check_report", report.number, file=file)
    with pytest.raises(CommandError):
        call_command("check_report", "V26-99999")


def test_figures_that_moved_since_the_review_are_not_published(june: June) -> None:
    june.month()
    report = june.reviewed()
    june.away(at(25, "10:00"), 30)
    with pytest.raises(NotNow, match="Conclusie: niet gehaald, beschikbaarheid"):
        actions.publish(report, by=june.marieke, at=LATER)
    actions.send_back(report, by=june.marieke, at=LATER, reason="De storing van de 25e ontbreekt.")
    assert (report.state, report.sha256, report.reviewed_by) == (D, "", None)
    assert report.messages.get().body == "De storing van de 25e ontbreekt."
    actions.review(report, by=june.fatma, at=LATER)
    actions.publish(report, by=june.marieke, at=LATER)
    assert report.data["availability"]["counted"] == 150


def test_a_draft_shows_what_is_so_now_and_a_reviewed_one_what_was_reviewed(june: June) -> None:
    report = june.report()
    june.away(at(25, "10:00"), 30)
    actions.refresh(report, NOW + timedelta(seconds=10))
    assert report.data["availability"]["counted"] == 0  # made this very minute
    actions.refresh(report, LATER)
    report.refresh_from_db()
    assert report.data["availability"]["counted"] == 30
    actions.review(report, by=june.fatma, at=LATER)
    june.away(at(26, "10:00"), 30)
    actions.refresh(report, LATER + timedelta(hours=1))
    assert report.data["availability"]["counted"] == 30


def test_a_month_that_is_not_over_has_no_report(june: June) -> None:
    with pytest.raises(Invalid):
        actions.make(JUNE.shifted(1), june.service, None, by=june.marieke, at=NOW)
    with pytest.raises(NotAllowed):
        actions.make(JUNE, june.service, None, by=june.agent, at=NOW)
    for too_early in (Month(1999, 12), Month(1000, 1)):
        with pytest.raises(Invalid) as refused:
            actions.make(too_early, june.service, None, by=june.marieke, at=NOW)
        assert list(refused.value.errors) == ["month"]
    assert actions.make(Month(2000, 1), june.service, None, by=june.marieke, at=NOW).of_month == Month(
        2000, 1
    )


def test_drafts_come_by_themselves_on_the_first_working_day_and_once(june: June) -> None:
    """SLA 13: for each Dienst over all, and for each contractant that had a contract; also where nothing happened."""
    assert actions.make_drafts(FIRST_WORKING_DAY - timedelta(minutes=1)) == 0
    assert actions.make_drafts(FIRST_WORKING_DAY) == 3
    assert actions.make_drafts(FIRST_WORKING_DAY + timedelta(days=9)) == 0
    made = ServiceLevelReport.objects.order_by("id")
    assert [one.contractant for one in made] == [
        None,
        *sorted((june.noor.contractant, june.other.contractant), key=str),
    ]
    assert {(one.of_month, one.state) for one in made} == {(JUNE, D)}
    assert june.report() == made[0]


def test_the_first_working_day_is_that_of_office_hours(june: June) -> None:
    """1 August 2026 is a Saturday: the reports of July come on Monday the 3rd."""
    assert actions.make_drafts(at(2, "12:00", 8)) == 0
    assert actions.make_drafts(at(3, "09:00", 8)) == 3


def test_what_could_not_be_made_all_month_is_made_later_but_no_history(june: June) -> None:
    """The last three months, the newest first, and nothing from before the first report of the desk."""
    actions.make_drafts(FIRST_WORKING_DAY)
    late = factories.ContractFactory.create(service=june.service, starts_on=date(2026, 1, 1)).contractant
    assert actions.make_drafts(at(3, "09:00", 8)) == 5
    of_them = ServiceLevelReport.objects.filter(contractant=late).order_by("id")
    assert [one.of_month for one in of_them] == [JUNE.shifted(1), JUNE]
    actions.make(JUNE.shifted(-24), june.service, None, by=june.marieke, at=NOW)
    actions.make_drafts(at(4, "09:00", 8))
    months = ServiceLevelReport.objects.order_by("month").values_list("month", flat=True)
    assert [Month.of(one, AMSTERDAM) for one in dict.fromkeys(months)] == [
        JUNE.shifted(n) for n in (-24, -1, 0, 1)
    ]


def test_those_who_should_have_it_are_told(june: June) -> None:
    colleague = factories.contact(contractant=june.noor.contractant)
    partner = factories.contact(contractant=june.noor.contractant, role="partnership_contact")
    board = factories.staff(BOARD)
    june.published(june.noor.contractant)
    told = set(Notice.objects.filter(key="report_published").values_list("email", flat=True))
    assert told == {june.noor.user.email, partner.user.email}
    assert colleague.user.email not in told
    june.published()
    staff = set(Notice.objects.filter(key="report_published_staff").values_list("email", flat=True))
    assert staff == {june.fatma.email, board.email}  # and not whoever published it


# --- Corrections


def closed_on(day: date, june: June) -> PolicyVersion:
    """The shipped terms, with Kantoortijden that are closed on one more day."""
    office = sla.new_calendar_version(Calendar.objects.get(slug="office-hours"), by=june.marieke, at=LATER)
    CalendarDay.objects.create(
        version=office, date=day, name="Vrije dag", origin="announced", status="accepted"
    )
    sla.freeze(office, by=june.marieke, at=LATER)
    terms = sla.new_policy_version(Policy.objects.get(slug="vecozo-mdo"), by=june.marieke, at=LATER)
    return sla.publish(terms, by=june.marieke, at=LATER)


def test_after_a_holiday_was_added_a_published_month_stays_and_the_correction_is_listed(june: June) -> None:
    """Ready when 4: a P2 of Friday the 26th, still open, was due on Tuesday the 30th; with that Monday closed, in July."""
    june.month()
    waiting = june.handled(at(26, "10:00"), at(26, "11:00"), None, priority=2, subject="Nog bezig")
    Event.objects.update(recorded_at=F("at"))
    report = june.published()
    frozen, digest = as_json(report.data), report.sha256
    incidents.apply_policy(
        waiting, by=june.marieke, at=LATER, policy_version=closed_on(at(29, "12:00").date(), june)
    )
    found = correcting.find(report, LATER + timedelta(hours=1))
    moved = {one.path: (one.published, one.value) for one in found}
    assert moved["norm/resolution,2,90.00/missed"] == (2, 1)
    assert moved["norm/resolution,2,90.00/percent"] == ("33.33", "50.00")
    assert moved[f"norm/resolution,2,90.00/missed_numbers/{waiting.number}"] == (waiting.number, None)
    report.refresh_from_db()
    assert (as_json(report.data), report.sha256) == (frozen, digest)
    assert sealing.holds(report)
    shown = {one["what"]: one for one in corrections(report)}["Norm oplostijd P2: percentage"]
    assert (shown["was"], shown["becomes"]) == ("33,33 %", "50,00 %")
    assert (
        shown["reason"] == f"{waiting.number}: afspraken toepassen ({date_format(timezone.now(), 'j F Y')})"
    )


def test_the_reasons_in_the_report_of_a_contractant_are_steps_that_it_hears_of(june: June) -> None:
    """Words are no reason for anybody; what colleagues arranged among each other is none for a contractant."""
    waiting = june.handled(at(26, "10:00"), at(26, "11:00"), None, priority=2)
    Event.objects.update(recorded_at=F("at"))
    reports = [june.published(), june.published(june.contractant)]
    incidents.assign(waiting, by=june.agent, at=LATER, assignee=june.agent)
    incidents.cancel(waiting, by=june.agent, at=LATER, reason="Toch niet.")
    for turn in range(6):
        incidents.note(waiting, by=june.agent, at=LATER, body=f"Onder ons: {turn}")
    for report in reports:
        correcting.find(report, LATER)
    told, told_to_noor = ({verb(one) for one in _because(report)} for report in reports)
    assert told == {"toewijzen", "annuleren"}
    assert told_to_noor == {"annuleren"}


def _because(report: ServiceLevelReport) -> list[str]:
    return [one for told in corrections(report) for one in told["reason"].split("; ") if one]


def verb(reason: str) -> str:
    return reason.partition(": ")[2].partition(" (")[0]


def test_reasons_that_were_kept_earlier_are_told_no_further_than_those_of_now(june: June) -> None:
    report = june.published(june.contractant)
    reason = {"number": "M26-00001", "at": "2026-07-02T08:00:00+00:00"}
    Correction.objects.create(
        report=report, found_at=LATER, path="counts/closed", published=1, value=2,
        because=[{**reason, "verb": verb} for verb in ("note", "reply", "assign", "apply_policy", "resolve")],
    )  # fmt: skip
    assert [verb(one) for one in _because(report)] == ["oplossen"]


def test_a_correction_is_found_once_and_again_when_it_moves_on_or_back(june: June) -> None:
    june.month()
    report = june.published()
    away = june.away(at(25, "10:00"), 30)
    assert {one.path for one in correcting.find(report, LATER)} >= {
        "availability/counted",
        "availability/percent",
    }
    assert correcting.find(report, LATER) == []
    away.ended_at = at(25, "10:40")
    away.save()
    (again,) = [one for one in correcting.find(report, LATER) if one.path == "availability/counted"]
    assert (again.published, again.value) == (120, 160)
    away.delete()
    (back,) = [one for one in correcting.find(report, LATER) if one.path == "availability/counted"]
    assert (back.published, back.value) == (120, 120)
    assert correcting.find(report, LATER) == []


def test_the_night_looks_at_each_published_report_and_a_correction_never_changes(june: June) -> None:
    june.month()
    report, _draft = june.published(), june.report(june.noor.contractant)
    june.away(at(25, "10:00"), 30)
    assert correcting.look(LATER) > 0
    assert correcting.look(LATER + timedelta(hours=1)) == 0
    assert ReportLook.objects.get().report == report
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Correction.objects.update(value=1)
