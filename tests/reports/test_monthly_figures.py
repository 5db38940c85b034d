"""A month made by hand, with its answers worked out on paper (SLA 7.2, 9.3, 13)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from desk.models import Event
from domain.errors import WrongInput
from incidents import actions
from incidents.models import Melding
from problems import actions as problems
from problems.models import Impact, Likelihood
from reports.models import Backup, RecoveryTest
from reports.monthly import tables
from reports.monthly.chapters import incidents
from reports.monthly.document import Table
from reports.monthly.figures import build
from reports.monthly.shape import checked
from tests.reports.monthly import JUNE, NOW, June, at

pytestmark = pytest.mark.django_db
COPIED = (
    "state", "kind", "channel", "subject", "contractant", "service", "impact", "urgency", "priority", "received_at",
    "policy_version", "response_state", "response_met", "response_counts_at", "resolution_state", "resolution_met",
    "resolution_counts_at",
)  # fmt: skip


@pytest.fixture
def june(db: None) -> June:
    made = June()
    made.month()
    return made


def line(data: Any, clock: str, priority: int) -> dict[str, Any]:
    (found,) = [one for one in data["norm"] if (one["clock"], one["priority"]) == (clock, priority)]
    names = ("due", "met", "missed", "excluded", "percent", "kept")
    return {name: found[name] for name in names}


def test_availability_norm_and_counts_are_those_worked_out_by_hand(june: June) -> None:
    """SLA 13: 30 days of 1440 minutes; 12:00-13:30 away in full and 13:00-14:00 in part are 120 that count, and 45 of an
    attack do not (7.2 d). The P2 of Wednesday the 3rd at 10:00 had until 14:00 for the reaction, and until Friday 10:00."""
    data = build(JUNE, june.service, None, NOW)
    held = data["availability"]
    assert (held["whole"], held["counted"], held["excluded"]) == (43_200, 120, 45)
    assert (held["percent"], held["promised"], held["kept"]) == ("99.72", "99.70", True)
    assert [(one["minutes"], one["extent"], one["counted"], one["reason"]) for one in held["stretches"]] == [
        (90, "full", True, None), (30, "partial", True, None), (45, "full", False, "attack"),
    ]  # fmt: skip
    assert line(data, "response", 1) == {
        "due": 1,
        "met": 1,
        "missed": 0,
        "excluded": {},
        "percent": "100.00",
        "kept": True,
    }
    assert line(data, "response", 2) == {
        "due": 3,
        "met": 2,
        "missed": 1,
        "excluded": {},
        "percent": "66.66",
        "kept": False,
    }
    # Of the 30th the resolution is due on 2 July: it counts in July.
    assert line(data, "resolution", 2) == {
        "due": 2,
        "met": 1,
        "missed": 1,
        "excluded": {},
        "percent": "50.00",
        "kept": False,
    }
    assert line(data, "response", 3)["excluded"] == {"cancelled": 1}
    assert data["counts"] == {
        "received": {"question": 1, "incident": 6, "change": 0}, "closed": 4, "open_at_end": 3,
        "by_priority": {"1": 1, "2": 3, "3": 2, "4": 0},
    }  # fmt: skip
    assert data["conclusion"]["broken"] == ["norm_response_p2", "norm_resolution_p2"]
    assert {"availability", "norm_response_p1", "norm_response_p3"} <= set(data["conclusion"]["kept"])
    assert "performance" in data["conclusion"]["nothing_due"]
    assert [one["number"] for one in data["incidents"]] == [june.first.number, june.late.number]
    assert checked(data) is data


def test_what_happens_after_the_month_leaves_its_counts_as_they_were(june: June) -> None:
    before = build(JUNE, june.service, None, NOW)
    june.handled(at(2, "11:00", 7), at(2, "12:00", 7), None, priority=1)
    actions.resolve(june.running, by=june.agent, at=at(3, "12:00", 7), solution="Klaar.")
    after = build(JUNE, june.service, None, at(6, "10:00", 7))
    same = {"made_at": "", "trend": ""}
    assert {**before, **same} == {**after, **same}
    assert before["trend"]["incidents"] == after["trend"]["incidents"] == [*[None] * 11, 6]


def test_incidents_are_told_as_they_were_when_the_month_ended(june: June) -> None:
    """One that went on in July had been in time; of one that was cancelled then, nobody had answered in June."""
    silent = june.incident(at(29, "10:00"), priority=1, subject="Niemand neemt op")
    written_down_later = june.incident(
        at(1, "09:00", 7), priority=1, received_at=at(30, "15:00"), subject="Via de telefoon"
    )
    data = build(JUNE, june.service, None, NOW)
    told = [(one["number"], one["response_met"], one["resolution_met"]) for one in data["incidents"]]
    assert told == [
        (june.first.number, True, True), (silent.number, False, False), (written_down_later.number, False, None),
        (june.late.number, False, False),
    ]  # fmt: skip
    actions.reopen(june.first, by=june.agent, at=at(3, "10:00", 7), reason="Weer mis.")
    actions.cancel(silent, by=june.agent, at=at(3, "11:00", 7), reason="Toch niet.")
    for melding in (june.first, silent, written_down_later):
        melding.refresh_from_db()
    assert june.first.resolution_met is silent.response_met is None
    assert build(JUNE, june.service, None, at(9, "10:00", 7))["incidents"] == data["incidents"]


def test_every_incident_that_was_late_is_in_the_figures(june: June) -> None:
    """Ready when 1: the page shows the first fifty of them with how many there are, the CSV has them all."""
    kept = {name: getattr(june.late, name) for name in COPIED}
    copies = Melding.objects.bulk_create(Melding(**kept, number=f"M27-{n:05}") for n in range(205))
    Event.objects.bulk_create(
        Event(case_type="melding", case_id=copy.pk, verb=one.verb, at=one.at, target=one.target, data=one.data)
        for one in june.late.events() for copy in copies
    )  # fmt: skip
    data = build(JUNE, june.service, None, NOW)
    assert len(data["incidents"]) == 207
    assert {one["resolution_met"] for one in data["incidents"][1:]} == {False}
    shown = next(block for block in incidents.chapter(data).blocks if isinstance(block, Table))
    assert (len(shown.rows), "50 van 207" in shown.caption) == (50, True)
    assert f"M27-{204:05}" in tables.csv(data, "nl").decode()


def test_a_contractant_reads_of_its_own_alone(june: June) -> None:
    data = build(JUNE, june.service, june.noor.contractant, NOW)
    assert data["counts"]["received"]["incident"] == 5
    assert line(data, "response", 2)["due"] == 2
    assert data["availability"]["counted"] == 120
    assert data["scope"]["contractant_name"] == str(june.noor.contractant)
    theirs = build(JUNE, june.service, june.other.contractant, NOW)
    assert june.first.number not in str(theirs)
    assert "Alles ligt stil" not in str(theirs)


def test_the_outage_of_somebody_elses_incident_tells_nothing_of_it(june: June) -> None:
    june.away(
        at(22, "10:00"), 10, melding=june.first, reason="contractant", evidence="Firewall bij ziekenhuis Oost"
    )
    nobodys = june.incident(at(23, "10:00"), contact=None, contractant=None, channel="monitoring", priority=2)
    june.away(
        at(23, "10:00"), 10, melding=nobodys, reason="attack", evidence="Bevestigd door het datacentrum"
    )
    own = build(JUNE, june.service, june.noor.contractant, NOW)["availability"]["stretches"]
    theirs = build(JUNE, june.service, june.other.contractant, NOW)["availability"]["stretches"]
    assert [one["number"] for one in own] == [None, None, None, june.first.number, nobodys.number]
    assert [one["number"] for one in theirs] == [*[None] * 4, nobodys.number]
    evidence = ["Rapport van de provider", "", "Bevestigd door het datacentrum"]
    assert [one["evidence"] for one in theirs[2:]] == evidence


@pytest.mark.parametrize("reason", ["contractant_systems", "misuse", "against_agreement", "contractant"])
def test_an_outage_about_one_contractant_tells_others_nothing_of_it(june: June, reason: str) -> None:
    """SLA 7.2 b, e, f, g: by hand, so that no Melding says whose it was."""
    june.away(at(22, "10:00"), 10, reason=reason, evidence="Firewall bij ziekenhuis Oost")
    told = [build(JUNE, june.service, who, NOW)["availability"]["stretches"][3]["evidence"]
            for who in (None, june.noor.contractant, june.other.contractant)]  # fmt: skip
    assert told == ["Firewall bij ziekenhuis Oost", "", ""]


def test_root_causes_of_p1_and_major_incidents_are_told_without_names(june: June) -> None:
    """SLA 13: with the major and priority 1 root causes."""
    problem = problems.open_problem(
        by=june.agent, at=at(3, "09:00"), title="Storing bij ziekenhuis Oost", description="Certificaat.",
        likelihood=Likelihood.LIKELY, impact=Impact.LARGE, service=june.service, meldingen=[june.first],
    )  # fmt: skip
    problems.analyse(
        problem, by=june.agent, at=at(4, "09:00"), cause="Certificaat verlopen.", factors="Geen alarm\n"
    )
    (told,) = build(JUNE, june.service, None, NOW)["causes"]
    assert told["title"] == "Storing bij ziekenhuis Oost"
    assert (told["cause"], told["factors"], told["meldingen"]) == (
        "Certificaat verlopen.", ["Geen alarm"], [june.first.number],
    )  # fmt: skip
    (own,) = build(JUNE, june.service, june.noor.contractant, NOW)["causes"]
    assert own["title"] == "Alles ligt stil"
    assert build(JUNE, june.service, june.other.contractant, NOW)["causes"] == []


def test_backups_are_counted_by_the_periods_that_ask_for_one(june: June) -> None:
    """SLA 7.6, art. 2.14: one in each week that ends in June (four Sundays), on each of its days, and in each year."""
    given: dict[str, Any] = {"service": june.service, "outcome": "succeeded"}
    for day in (*range(1, 30), 12):
        Backup.objects.get_or_create(**given, kind="differential_day", at=at(day, "03:00"))
    Backup.objects.create(**{**given, "outcome": "failed"}, kind="differential_day", at=at(30, "03:00"))
    for day, month in ((31, 5), (6, 6), (14, 6), (15, 6), (28, 6)):  # 31 May ends a week of May
        Backup.objects.create(**given, kind="full_week", at=at(day, "04:00", month))
    week, day, year = build(JUNE, june.service, None, NOW)["continuity"]["backups"]
    assert week == {"kind": "full_week", "expected": 4, "made": 3 + 1, "failed": 0}
    assert day == {"kind": "differential_day", "expected": 30, "made": 29, "failed": 1}
    assert year == {"kind": "full_year", "expected": 1, "made": 0, "failed": 0}
    Backup.objects.create(**given, kind="full_year", at=at(2, "01:00", 1))
    assert build(JUNE, june.service, None, NOW)["continuity"]["backups"][2]["expected"] == 0


def test_the_recovery_test_of_the_year_is_told_with_who_took_part(june: June) -> None:
    """SLA 7.5, 7.6: RPO and RTO of 24 hours, and each year a recovery with contractants."""
    tried = RecoveryTest.objects.create(
        service=june.service, on=at(18, "00:00", 3).date(), outcome="succeeded", rpo_hours=6.5, rto_hours=11
    )
    tried.contractants.add(june.noor.contractant, june.other.contractant)
    held = build(JUNE, june.service, june.noor.contractant, NOW)["continuity"]
    assert held["recovery_tests"] == [
        {"on": "2026-03-18", "outcome": "succeeded", "with": str(june.noor.contractant), "rpo_hours": 6.5, "rto_hours": 11}
    ]  # fmt: skip
    assert (held["rpo_target"], held["rto_target"]) == (24, 24)
    assert (
        str(june.other.contractant)
        in build(JUNE, june.service, None, NOW)["continuity"]["recovery_tests"][0]["with"]
    )


def test_the_language_of_the_reader_makes_no_difference(june: June) -> None:
    dutch = build(JUNE, june.service, None, NOW)
    with translation.override("en"):
        assert build(JUNE, june.service, None, NOW) == dutch


def test_a_month_without_anything_has_its_report_and_one_ahead_has_none(db: None) -> None:
    empty = June()
    data = build(JUNE, empty.service, empty.noor.contractant, NOW)
    assert data["availability"]["percent"] == "100.00"
    assert set(data["conclusion"]["nothing_due"]) == {
        "performance", *(f"norm_{clock}_p{n}" for clock in ("response", "resolution") for n in range(1, 5))
    }  # fmt: skip
    with pytest.raises(WrongInput):
        build(JUNE.shifted(1), empty.service, None, at(30, "10:00"))


def test_more_meldingen_ask_no_more_queries(june: June, django_assert_max_num_queries: Any) -> None:
    for day in range(2, 12):
        june.handled(at(day, "09:30"), at(day, "15:00"), None, priority=2)
    with django_assert_max_num_queries(50):
        build(JUNE, june.service, None, NOW)
