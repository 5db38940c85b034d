"""Trend analysis on real rows (SLA 12.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contractants.models import Service
from desk.door import NotAllowed, NotNow
from desk.models import Event
from desk.permissions import Role
from incidents import actions as incidents
from incidents.models import Melding
from problems.models import Problem, TrendMonth, TrendSignal
from problems.trends import actions, clusters, lines, queries, telling
from problems.trends.figures import Figures
from problems.trends.months import start_of
from tests import factories

pytestmark = pytest.mark.django_db
THE_FIRST = start_of(date(2026, 7, 1)) + timedelta(minutes=30)
BUSY, USUAL = 18, 3  # Meldingen of one Dienst in June, and in the months before


@pytest.fixture
def history() -> Service:
    """Two Diensten from June 2025 on; of one of them many more in June 2026."""
    busy, other = (factories.ServiceFactory.create(slug=slug) for slug in ("dienst-mdo", "koppeling"))
    template = factories.registered(service=busy, at=start_of(date(2025, 5, 12)))
    rows = [
        _copied(template, service, start_of(date(2025 + month // 12, month % 12 + 1, 2 + n)) + timedelta(hours=10))
        for month in range(5, 18) for service, usual in ((busy, USUAL), (other, 4))
        for n in range(BUSY if service is busy and month == 17 else usual)
    ]  # fmt: skip
    Melding.objects.bulk_create(rows)
    return busy


def _copied(template: Melding, service: Service, at: datetime, **other: Any) -> Melding:
    _copied.number += 1  # type: ignore[attr-defined]
    same = {
        field.attname: getattr(template, field.attname)
        for field in Melding._meta.concrete_fields
        if field.name not in ("id", "state", "is_open", "search_all", "search_public")
    }
    given = {"number": f"M25-{_copied.number:05}", "service_id": service.pk, "received_at": at}  # type: ignore[attr-defined]
    return Melding(**{**same, **given, **other})


_copied.number = 50_000  # type: ignore[attr-defined]


@pytest.fixture
def stored(history: Service) -> Service:
    actions.store(THE_FIRST)
    return history


def signal_of(service: Service) -> TrendSignal:
    return TrendSignal.objects.get(dimension="service", value=str(service.pk))


def test_sla_12_1_every_closed_month_is_stored_once_with_the_signals_of_the_last(history: Service) -> None:
    found = actions.store(THE_FIRST)
    assert list(TrendMonth.objects.values_list("month", flat=True)) == [
        date(2025 + month // 12, month % 12 + 1, 1) for month in range(17, 4, -1)
    ]
    assert {(one.month, one.direction) for one in found} == {(date(2026, 6, 1), "up")}
    signal = signal_of(history)
    assert (signal.numbers["observed"], signal.rule, len(signal.melding_ids)) == (BUSY, "months_1", BUSY)
    assert signal.numbers["label"] == "Dienst mdo"
    assert actions.store(THE_FIRST) == [] == actions.store(THE_FIRST + timedelta(days=20))


def test_open_work_is_drawn_without_verdict() -> None:
    months = [Figures(date(2025, 1 + n, 1), 30, 160, open=10 + n % 2) for n in range(11)]
    months.append(Figures(date(2025, 12, 1), 30, 160, open=90))
    standing = lines.find(("state", "open"), months)
    assert standing
    assert (standing.drawn()[-1], standing.signals, set(standing.limits)) == (90.0, [], {None})


def test_a_duration_is_longer_and_not_more() -> None:
    numbers = {"label": "Typische oplostijd", "unit": "hours"}
    assert (
        telling.title(TrendSignal(direction="up", numbers=numbers))
        == "Typische oplostijd: langer dan verwacht"
    )
    assert telling.title(TrendSignal(direction="down", numbers={**numbers, "unit": "count"})).endswith(": minder dan verwacht")  # fmt: skip


def test_the_running_month_is_judged_after_five_office_days(stored: Service) -> None:
    """July 2026 began on a Wednesday."""
    began, template = start_of(date(2026, 7, 1)), Melding.objects.earliest("pk")
    Melding.objects.bulk_create(_copied(template, stored, began + timedelta(hours=1)) for _n in range(20))
    early, later = (queries.running(began + timedelta(days=n, hours=hour)) for n, hour in ((0, 9), (6, 20)))
    assert early.signals() == []
    assert [room.limits[-1] for room in lines.of("service", early.months)] == [None, None]
    assert (str(stored.pk), "up") in {(line.value, signal.direction) for line, signal in later.signals()}


def test_a_stored_month_does_not_change(stored: Service) -> None:
    before = queries.closed(date(2026, 6, 1))
    Melding.objects.filter(received_at__gte=start_of(date(2026, 6, 1))).update(priority=4, service=None)
    Melding.objects.filter(received_at__lt=start_of(date(2026, 1, 1))).update(kind="question")
    Service.objects.filter(pk=stored.pk).update(name="Anders")
    after = queries.closed(date(2026, 6, 1))
    assert (after.months, after.names) == (before.months, before.names)
    assert (
        [signal for _line, signal in after.signals()] == [signal for _line, signal in before.signals()] != []
    )
    with pytest.raises(IntegrityError):
        TrendMonth.objects.update(figures={})


def test_a_dienst_that_fell_to_zero_keeps_its_name(history: Service) -> None:
    gone = Melding.objects.filter(service=history, received_at__gte=start_of(date(2026, 5, 1)))
    gone.update(service=Service.objects.get(slug="koppeling"))
    Melding.objects.filter(service=history, received_at__gte=start_of(date(2026, 3, 1))).delete()
    template = Melding.objects.earliest("pk")
    before = [start_of(date(2025 + n // 12, n % 12 + 1, 20)) for n in range(5, 16) for _one in range(12)]
    Melding.objects.bulk_create(_copied(template, history, at) for at in before)
    actions.store(THE_FIRST)
    fallen = signal_of(history)
    assert (fallen.direction, fallen.numbers["label"]) == ("down", "Dienst mdo")


def test_the_running_month_is_live_and_adds_to_what_is_stored(stored: Service) -> None:
    now = start_of(date(2026, 7, 20))
    template = Melding.objects.earliest("pk")
    Melding.objects.bulk_create(_copied(template, stored, now - timedelta(hours=n)) for n in range(1, 4))
    look = queries.running(now)
    assert (look.month, look.months[-1].total, look.months[-2].total) == (date(2026, 7, 1), 3, BUSY + 4)
    assert TrendMonth.objects.count() == 13, "looking stores nothing"
    assert look.months[-1].hours < look.months[-2].hours


def test_counts_agree_with_the_rows(history: Service) -> None:
    (june,) = [one for one in queries.running(THE_FIRST).months if one.month == date(2026, 6, 1)]
    assert june.received["service"][str(history.pk)] == BUSY
    for dimension, values in june.received.items():
        assert sum(values.values()) == BUSY + 4, dimension
    assert june.open == Melding.objects.filter(is_open=True).count()


def test_what_ends_is_counted_in_the_month_of_its_step(history: Service) -> None:
    melding = factories.registered(at=start_of(date(2026, 5, 28)) + timedelta(hours=9))
    agent = factories.staff()
    solved = start_of(date(2026, 6, 2)) + timedelta(hours=9)
    incidents.pick_up(melding, by=agent, at=solved, contacted=True)
    incidents.resolve(melding, by=agent, at=solved + timedelta(minutes=9), solution="Herstart.", how="told")
    months = {one.month: one for one in queries.running(THE_FIRST).months}
    may, june = months[date(2026, 5, 1)], months[date(2026, 6, 1)]
    assert (may.ended, june.ended, june.solved, june.judged, june.late) == (0, 1, 1, 1, 1)
    assert june.typical == pytest.approx(melding.resolution_elapsed)
    assert may.open == june.open + june.ended - june.total


def test_sla_12_1_a_signal_opens_a_problem_with_its_evidence(stored: Service) -> None:
    signal, agent = signal_of(stored), factories.staff()
    problem = actions.accept(signal, by=agent, at=THE_FIRST)
    signal.refresh_from_db()
    assert (problem.origin, problem.service, signal.problem, signal.decision) == (
        "trend",
        stored,
        problem,
        "accepted",
    )
    assert problem.meldingen.count() == BUSY
    assert "month=2026-06" in problem.evidence["url"]
    assert str(BUSY) in problem.evidence["facts"]["Geteld"]
    verbs = Event.objects.filter(case_type="trend_signal", case_id=signal.pk).values_list("verb", "actor")
    assert list(verbs) == [("detect", None), ("accept", agent.pk)]
    with pytest.raises(NotNow):
        actions.dismiss(signal, by=agent, at=THE_FIRST, reason="toch niet")


def test_dismissing_is_recorded_with_its_reason(stored: Service) -> None:
    signal, agent = signal_of(stored), factories.staff()
    actions.dismiss(signal, by=agent, at=THE_FIRST, reason="Verhuizing van één huis.")
    signal.refresh_from_db()
    assert (signal.decision, signal.decided_by, signal.reason) == (
        "dismissed",
        agent,
        "Verhuizing van één huis.",
    )
    assert signal.events().get(verb="dismiss").actor == agent


def test_management_looks_and_does_not_decide(stored: Service) -> None:
    with pytest.raises(NotAllowed):
        actions.accept(signal_of(stored), by=factories.staff(Role.MANAGEMENT), at=THE_FIRST)
    assert not Problem.objects.exists()


def test_a_signal_of_the_running_month_is_kept_when_somebody_decides(history: Service) -> None:
    now = THE_FIRST - timedelta(days=2)
    agent = factories.staff()
    signal = actions.of_running_month("service", str(history.pk), "up", by=agent, at=now)
    actions.dismiss(signal, by=agent, at=now, reason="Bekend.")
    actions.store(THE_FIRST)
    assert signal_of(history).decision == "dismissed", "the same signal is not asked about again"
    with pytest.raises(NotNow):
        actions.of_running_month("service", str(history.pk), "down", by=agent, at=now)


@pytest.fixture
def agent(client: Client) -> Iterator[Client]:
    client.force_login(factories.staff(Role.SERVICE_LEVEL_MANAGER))
    with time_machine.travel(THE_FIRST, tick=False):
        yield client


def test_the_page_takes_at_most_fifteen_queries(stored: Service, agent: Client) -> None:
    agent.get("/problemen/trends/")
    for query in ("", "?dimension=contractant&period=36", "?month=2026-06&dimension=technical"):
        with CaptureQueriesContext(connection) as found:
            answer = agent.get(f"/problemen/trends/{query}")
        assert answer.status_code == 200
        agent.get(f"/problemen/trends/{query}")
        assert len(found) <= 15, [one["sql"][:90] for one in found]


def test_the_page_shows_the_signal_its_rule_and_its_figures_under_the_strict_policy(
    stored: Service, agent: Client
) -> None:
    page = agent.get("/problemen/trends/").content.decode()
    assert "Dienst mdo: meer dan verwacht" in page
    assert "Regel “één maand”" in page
    assert "1 op de 3.000" in page
    assert page.count('<svg class="chart"') == 2
    assert "style=" not in page
    assert "<style" not in page


def test_a_stored_month_is_shown_as_it_was(stored: Service, agent: Client) -> None:
    before = agent.get("/problemen/trends/?month=2026-06").content.decode()
    Melding.objects.all().update(service=None)
    after = agent.get("/problemen/trends/?month=2026-06").content.decode()
    assert _plain(before) == _plain(after)
    assert agent.get("/problemen/trends/?month=2031-06").status_code == 200, (
        "what is not stored chooses nothing"
    )


def _plain(page: str) -> str:
    return re.sub(r"(csrf\w+|X-CSRFToken)[^>]*", "", page)


def test_each_number_opens_the_list_that_it_counts(stored: Service, agent: Client) -> None:
    page = agent.get("/problemen/trends/").content.decode()
    url = re.search(
        rf'href="(/problemen/trends/meldingen/\?dimension=service&amp;value={stored.pk}[^"]*2026-06[^"]*)"',
        page,
    )
    assert url
    listed = agent.get(url[1].replace("&amp;", "&"))
    assert len(listed.context["rows"]) == BUSY
    assert agent.get("/problemen/trends/meldingen/?dimension=iets").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("dimension=priority&value=abc&first=2026-06&last=2026-06", 200),
        ("dimension=priority&value=99999999999999999999&first=2026-06&last=2026-06", 200),
        ("dimension=all&first=2026-06&last=9999-12", 404),
        ("dimension=all&first=0001-01&last=2026-06", 404),
        ("dimension=all&first=2026-06&last=2026-05", 404),
    ],
)  # fmt: skip
def test_nonsense_for_a_list_is_no_error(agent: Client, asked: str, status: int) -> None:
    assert agent.get(f"/problemen/trends/meldingen/?{asked}").status_code == status


def test_a_decision_on_the_page(stored: Service, agent: Client) -> None:
    signal = signal_of(stored)
    given = {"signal": signal.pk, "act": "dismiss", "reason": ""}
    refused = agent.post("/problemen/trends/besluit/", given)
    assert refused.status_code == 422
    assert "Dit veld is verplicht" in refused.content.decode()
    opened = agent.post("/problemen/trends/besluit/", {"signal": signal.pk, "act": "accept"})
    assert opened.headers["Location"] == Problem.objects.get().get_absolute_url()
    late = agent.post("/problemen/trends/besluit/", {**given, "reason": "te laat"})
    assert late.status_code == 409
    assert "al besloten" in late.content.decode()


def test_a_refused_decision_about_the_running_month_keeps_nothing(history: Service, client: Client) -> None:
    line = {"dimension": "service", "value": str(history.pk), "direction": "up"}
    with time_machine.travel(THE_FIRST - timedelta(days=2), tick=False):
        client.force_login(factories.staff(Role.MANAGEMENT))
        for act in ("accept", "dismiss"):
            assert (
                client.post("/problemen/trends/besluit/", {**line, "act": act, "reason": "x"}).status_code
                == 403
            )
        client.force_login(factories.staff())
        refused = client.post("/problemen/trends/besluit/", {**line, "act": "dismiss", "reason": ""})
        assert refused.status_code == 422
        assert "Dit veld is verplicht" in refused.content.decode()
        assert not TrendSignal.objects.exists()
        assert not Event.objects.filter(case_type=TrendSignal.case_type).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_together_about_the_running_month_keep_it_once(history: Service) -> None:
    now, agent = THE_FIRST - timedelta(days=2), factories.staff()

    def decide() -> int:
        try:
            return actions.of_running_month("service", str(history.pk), "up", by=agent, at=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        kept = {one.result() for one in [pool.submit(decide) for _n in range(2)]}
    assert kept == set(TrendSignal.objects.values_list("pk", flat=True))
    assert Event.objects.filter(case_type=TrendSignal.case_type, verb="detect").count() == 1


def test_contacts_stay_out(client: Client) -> None:
    client.force_login(factories.contact().user)
    for address in ("", "nu/", "meldingen/"):
        assert client.get(f"/problemen/trends/{address}").status_code == 403


def test_open_work_by_age_and_what_resembles_what(agent: Client) -> None:
    for n in range(4):
        factories.registered(
            at=THE_FIRST - timedelta(days=10 + n), subject=f"Kwispelstaart hapert bij printer {n}"
        )
    factories.registered(
        at=THE_FIRST - timedelta(days=40), subject="Iets heel anders", description="Wachtwoord kwijt"
    )
    assert [sum(row) for row in clusters.ageing(THE_FIRST)] == [0, 4, 0, 1, 0]
    (found,) = clusters.clusters(THE_FIRST)
    assert found.size == 4
    assert {"kwispelstaart", "hapert"} <= set(found.words)
    page = agent.get("/problemen/trends/nu/")
    assert "kwispelstaart" in page.content.decode()


def test_an_empty_desk_says_so(agent: Client) -> None:
    factories.load_policies()
    page = agent.get("/problemen/trends/").content.decode()
    assert "Nog te weinig maanden" in page
    assert agent.get("/problemen/trends/nu/").status_code == 200


def test_a_known_signal_is_not_asked_about_again_the_next_month(stored: Service) -> None:
    """Three months together would say in July and August what June alone said already."""
    for month in (8, 9):
        actions.store(start_of(date(2026, month, 1)))
    assert TrendSignal.objects.filter(dimension="service", direction="up").count() == 1


def test_staff_and_machines_read_it_in_the_api(stored: Service, client: Client) -> None:
    machine = Client(HTTP_AUTHORIZATION=f"Bearer {factories.token()}")
    months = machine.get("/api/v1/trends/").json()["results"]
    assert (months[0]["month"], months[0]["figures"]["received"]["service"][str(stored.pk)]) == (
        "2026-06-01",
        BUSY,
    )
    signals = machine.get("/api/v1/trends/signals/?dimension=service&decided=false").json()["results"]
    assert (signals[0]["rule"], len(signals[0]["meldingen"])) == ("months_1", BUSY)
    client.force_login(factories.contact().user)
    assert client.get("/api/v1/trends/").json()["results"] == []
