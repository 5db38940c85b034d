"""What would have been late: asked on a page, answered by a worker, shown side by side; and nothing is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test import Client

from desk.locks import only_one
from desk.models import Event, User
from domain.errors import WrongInput
from domain.months import Month
from incidents import actions
from incidents.models import Melding
from reports.models import Effect, Verdict, WhatIf, WhatIfLine
from reports.whatif import numbers, running
from reports.whatif.alteration import Alteration
from reports.whatif.asking import ask, span
from sla.actions import new_calendar_version, new_policy_version, publish
from sla.models import Calendar, CalendarVersion, Policy
from sla.queries import AMSTERDAM
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 12, tzinfo=AMSTERDAM)
PAGE = "/rapportage/wat-als/"


def at(day: int, clock: str) -> datetime:
    """A moment in June 2026; the 15th is a Monday."""
    return datetime.fromisoformat(f"2026-06-{day:02d}T{clock}:00").replace(tzinfo=AMSTERDAM)


@pytest.fixture
def manager(db: None) -> User:
    factories.load_policies()
    return factories.staff("service_level_manager")


@pytest.fixture
def page(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


def solved(received: datetime, resolved: datetime, **fields: Any) -> Melding:
    agent = factories.staff()
    melding = factories.registered(at=received, by=agent, contacted=True, **fields)
    actions.pick_up(melding, by=agent, at=received + timedelta(minutes=30))
    return actions.resolve(melding, by=agent, at=resolved, solution="Herstart")


def answered(manager: User, alteration: Alteration, period: str = "2026-06", **about: Any) -> WhatIf:
    run = ask(
        alteration, period=period, policy=Policy.objects.get(is_default=True), by=manager, at=NOW, **about
    )
    assert running.work(NOW) == 1
    run.refresh_from_db()
    assert run.state == WhatIf.State.DONE
    return run


def effects(run: WhatIf) -> dict[str, str]:
    lines = run.lines.select_related("melding").order_by("melding__number")
    return {line.melding.number: Effect(line.effect).name for line in lines}


def test_a_day_that_closes_gives_a_day_more_and_an_open_one_takes_it(manager: User) -> None:
    """SLA 2.8: by hand. P2 of Thursday 10:00 is due Monday 10:00; with Friday closed Tuesday 10:00."""
    late, fine = solved(at(18, "10:00"), at(22, "16:00")), solved(at(18, "10:00"), at(22, "09:59"))
    run = answered(manager, Alteration(closed=(date(2026, 6, 19),)))
    assert effects(run) == {late.number: "IN_TIME", fine.number: "SAME"}
    line = run.lines.get(melding=late)
    assert (line.resolution_now, line.resolution_then) == (Verdict.LATE, Verdict.MET)
    assert (line.resolution_due_now, line.resolution_due_then) == (at(22, "10:00"), at(23, "10:00"))
    pentecost = solved(at(16, "10:00"), at(18, "11:00"))
    back = answered(manager, Alteration(opened=(date(2026, 5, 25),)))
    assert effects(back)[pentecost.number] == "SAME"


def test_a_holiday_that_does_not_close(manager: User) -> None:
    """SLA 2.8: received on the Friday before Pentecost, due Wednesday; with Tweede Pinksterdag open Tuesday."""
    friday, tuesday = datetime(2026, 5, 22, 10, tzinfo=AMSTERDAM), datetime(2026, 5, 26, 16, tzinfo=AMSTERDAM)
    melding = solved(friday, tuesday)
    assert effects(answered(manager, Alteration(opened=(date(2026, 5, 25),)), "2026-05")) == {
        melding.number: "LATE"
    }
    assert effects(answered(manager, Alteration(opened=(date(2026, 5, 25),)))) == {}


def test_another_target(manager: User) -> None:
    """SLA 9.3: an hour more or less of the response of priority 2, in the list and in the numbers."""
    quick, slow = factories.registered(at=at(16, "10:00")), factories.registered(at=at(16, "10:00"))
    agent = factories.staff()
    for melding, hour in ((quick, "12:00"), (slow, "14:30")):
        actions.pick_up(melding, by=agent, at=at(16, hour), contacted=True)
    shorter = answered(manager, Alteration(targets={("response", 2): (Decimal("1.5"), "hours")}))
    assert effects(shorter) == {quick.number: "LATE", slow.number: "SAME"}
    cell = next(one for one in shorter.numbers["norm"] if (one["clock"], one["priority"]) == ("response", 2))
    assert cell["now"] == {"met": 1, "missed": 1, "due": 2}
    assert cell["then"] == {"met": 0, "missed": 2, "due": 2}
    assert numbers.percent(cell["now"]) == Decimal(50)
    assert effects(answered(manager, Alteration(targets={("response", 2): (Decimal(5), "hours")}))) == {
        quick.number: "SAME", slow.number: "IN_TIME",
    }  # fmt: skip


def test_a_matrix_moves_what_it_prioritised_and_not_what_a_person_chose(manager: User) -> None:
    """SLA 9.2: large x medium becomes priority 1. SLA 7.4 stays: a breach of confidentiality is priority 1."""
    by_matrix = factories.registered(at=at(16, "10:00"))
    chosen = factories.registered(at=at(16, "10:00"), priority=3)
    breach = factories.registered(at=at(16, "10:00"), breach_of_confidentiality=True)
    question = factories.registered(at=at(16, "10:00"), kind="question")
    run = answered(manager, Alteration(matrix={("large", "medium"): 1}))
    priorities = dict(run.lines.values_list("melding__number", "priority_then"))
    assert priorities == {by_matrix.number: 1, chosen.number: 3, breach.number: 1, question.number: 4}


def test_a_draft_of_terms_and_of_a_calendar(manager: User) -> None:
    """Before anybody publishes them (SLA 6)."""
    melding = solved(at(16, "10:00"), at(18, "09:00"))
    draft = new_policy_version(Policy.objects.get(is_default=True), by=None, at=NOW)
    draft.targets.filter(clock="resolution", priority=2).update(amount=1)
    assert effects(answered(manager, Alteration(version=draft.pk))) == {melding.number: "LATE"}
    calendar = new_calendar_version(Calendar.objects.get(slug="office-hours"), by=None, at=NOW)
    calendar.weekly = {"0": [["09:00", "17:00"]], "3": [["08:00", "17:00"]]}
    calendar.save()
    line = answered(manager, Alteration(calendar=calendar.pk)).lines.get()
    assert line.resolution_due_then == at(
        25, "08:00"
    )  # Tuesday: counts from Thursday 08:00, then Monday, then Thursday


def test_it_is_limited_to_a_dienst_and_a_contractant(manager: User) -> None:
    contact, service = factories.contact(), factories.ServiceFactory.create(slug="koppeling")
    factories.registered(at=at(16, "10:00"))
    mine = factories.registered(at=at(16, "10:00"), contact=contact, service=service)
    some = Alteration(closed=(date(2026, 6, 17),))
    for about in ({"service": service}, {"contractant": contact.contractant}):
        assert set(effects(answered(manager, some, **about))) == {mine.number}


def test_twice_is_once_and_nothing_else_changes(manager: User) -> None:
    melding = solved(at(18, "10:00"), at(22, "16:00"))
    before = Melding.objects.filter(pk=melding.pk).values().get(), Event.objects.count()
    run = answered(manager, Alteration(closed=(date(2026, 6, 19),)))
    kept = list(run.lines.values_list("effect", flat=True)), run.numbers
    assert running.work(NOW) == 0
    WhatIf.objects.filter(pk=run.pk).update(state=WhatIf.State.RUNNING)  # its worker died halfway
    assert running.work(NOW) == 1
    run.refresh_from_db()
    assert (list(run.lines.values_list("effect", flat=True)), run.numbers) == kept
    assert (Melding.objects.filter(pk=melding.pk).values().get(), Event.objects.count()) == before
    assert (run.done, run.total, run.percent) == (1, 1, 100)


def test_one_that_fails_says_so_and_holds_up_no_other(manager: User) -> None:
    policy = Policy.objects.get(is_default=True)
    wrong = ask(Alteration(closed=(date(2026, 6, 17),)), period="2026-06", policy=policy, by=manager, at=NOW)
    factories.registered(at=at(16, "10:00"))
    WhatIf.objects.filter(pk=wrong.pk).update(alteration={**wrong.alteration, "version": 10**6})
    fine = ask(Alteration(closed=(date(2026, 6, 17),)), period="2026-06", policy=policy, by=manager, at=NOW)
    assert running.work(NOW) == 2
    assert [WhatIf.objects.get(pk=one.pk).state for one in (wrong, fine)] == ["failed", "done"]


@pytest.mark.django_db(transaction=True)
def test_one_at_a_time_over_all_workers(manager: User) -> None:
    """However many wait, the other workers are left for what has to happen now."""

    def elsewhere() -> int:
        try:
            return running.work(NOW)
        finally:
            connection.close()

    policy = Policy.objects.get(is_default=True)
    for minutes in (0, 5):
        ask(Alteration(closed=(date(2026, 6, 17),)), period="2026-06", policy=policy, by=manager, at=NOW + timedelta(minutes=minutes))  # fmt: skip
    with only_one("what-ifs") as mine, ThreadPoolExecutor(1) as pool:
        assert mine
        assert pool.submit(elsewhere).result() == 0
    assert WhatIf.objects.filter(state=WhatIf.State.WAITING).count() == 2
    assert running.work(NOW) == 2
    assert WhatIf.objects.filter(state=WhatIf.State.DONE, counted_at__gte=F("asked_at")).count() == 2


def test_one_that_workers_keep_dying_of_is_given_up(page: Client, manager: User) -> None:
    """Whatever kills a worker is never caught by it: what counts is that it began."""
    run = answered(manager, Alteration(closed=(date(2026, 6, 19),)))
    died = WhatIf.objects.filter(pk=run.pk)
    died.update(state=WhatIf.State.RUNNING, attempts=WhatIf.MOST_ATTEMPTS - 1)
    running.work(NOW)
    assert died.get().state == WhatIf.State.DONE
    died.update(state=WhatIf.State.RUNNING)
    running.work(NOW)
    assert died.get().state == WhatIf.State.FAILED
    assert "drie keer onderweg afgebroken" in page.get(run.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("first", "then", "cell", "priority"),
    [("incident", "question", ("medium", "medium"), 2), ("question", "incident", ("small", "medium"), 4)],
)
def test_what_a_melding_was_converted_into_keeps_its_priority(
    manager: User, first: str, then: str, cell: tuple[str, str], priority: int
) -> None:
    """SLA 9.2, 10.3: it follows the other matrix as what it was, and is not prioritised anew as what it became."""
    impact, urgency = cell
    melding = factories.registered(
        at=at(16, "10:00"), kind=first, impact=impact, urgency=urgency, expected_priority=None
    )
    actions.convert(melding, by=manager, at=at(16, "10:10"), kind=then, reason="Anders gezien")
    supposed = {("medium", "medium"): 2} if first == "incident" else {("small", "medium"): 3}
    line = answered(manager, Alteration(matrix=supposed)).lines.get()
    assert (line.priority_now, line.priority_then) == (3 if first == "incident" else 4, priority)


def test_applying_terms_leaves_the_priority_as_it_would_have_been(manager: User) -> None:
    """SLA 6: the version that was applied has the other matrix, and gives no priorities anew."""
    draft = new_policy_version(Policy.objects.get(is_default=True), by=None, at=NOW)
    draft.matrix = {**draft.matrix, "medium": {**draft.matrix["medium"], "medium": 2}}
    draft.save()
    version = publish(draft, by=None, at=NOW)
    melding = factories.registered(at=at(16, "10:00"), impact="medium", urgency="medium")
    actions.apply_policy(melding, by=manager, at=at(16, "11:00"), policy_version=version)
    line = answered(manager, Alteration(matrix={("medium", "medium"): 2})).lines.get()
    assert (line.priority_now, line.priority_then) == (3, 2)


def test_answers_are_forgotten_with_their_lines(manager: User) -> None:
    factories.registered(at=at(16, "10:00"))
    answered(manager, Alteration(closed=(date(2026, 6, 19),)))
    assert WhatIfLine.objects.count() == 1
    running.work(NOW + running.KEPT + timedelta(minutes=1))
    assert not WhatIf.objects.exists()
    assert not WhatIfLine.objects.exists()


def test_periods() -> None:
    assert span("2026-Q2") == (Month(2026, 4).span(AMSTERDAM)[0], Month(2026, 6).span(AMSTERDAM)[1])
    assert span("2026-06") == Month(2026, 6).span(AMSTERDAM)
    for text in ("2026-Q5", "x-Q1", "2026-13"):
        with pytest.raises(WrongInput):
            span(text)


# --- The pages


def question(**given: Any) -> dict[str, Any]:
    return {"period": "2026-Q2", "policy": Policy.objects.get(is_default=True).pk, **given}


@time_machine.travel(NOW, tick=False)
def test_from_the_question_to_the_list(page: Client, django_assert_max_num_queries: Any) -> None:
    late = solved(at(18, "10:00"), at(22, "16:00"))
    with django_assert_max_num_queries(15):
        assert "Nog niets berekend" in page.get(PAGE).content.decode()
    answer = page.post(PAGE, question(closed="19-6-2026"))
    assert answer.status_code == 302
    waiting = page.get(answer["Location"]).content.decode()
    assert "Staat in de wachtrij" in waiting
    assert "Opnieuw kijken" in waiting
    part = page.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<section")
    running.work(NOW)
    assert page.get(answer["Location"], headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    with django_assert_max_num_queries(15):
        shown = page.get(answer["Location"] + "?effect=in_time").content.decode()
    assert "gesloten op 19 juni 2026" in shown
    assert late.number in shown
    number = "?side=now&clock=resolution&priority=2&part=missed"
    assert number.replace("&", "&amp;") in shown
    assert late.number in page.get(answer["Location"] + number).content.decode()
    empty = page.get(answer["Location"] + "?effect=late&after=onzin").content.decode()
    assert late.number not in empty
    assert "Geen meldingen" in empty


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("given", "field", "wrong"),
    [
        ({}, "", "Vul in wat er anders zou zijn."),
        ({"closed": "31-6-2026"}, "closed", "geen datum"),
        ({"response_2": "0"}, "response_2", "Een streeftijd duurt"),
        ({"resolution_2_unit": "hours"}, "resolution_2", "Geef ook de hoeveelheid."),
        ({"resolution_4": "3"}, "resolution_4", "nu is dit in overleg"),
        ({"response_1": "60"}, "response_1", "Voorrang geschonden"),
        ({"matrix_large_high": "4"}, "matrix_large_high", "lagere prioriteit"),
        ({"closed": "5-5-2026, 6-5-2026", "opened": "6-5-2026"}, "opened", "niet allebei: 6 mei 2026"),
        ({"period": "1999-01", "closed": "5-5-2026"}, "period", "1999-01"),
    ],
)  # fmt: skip
def test_what_cannot_be_supposed(page: Client, given: dict[str, str], field: str, wrong: str) -> None:
    """By field, keeping what was typed; terms that could not be published cannot be supposed (SLA 9.1)."""
    answer = page.post(PAGE, question(**given))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert wrong in " ".join(map(str, form.errors[field or "__all__"]))
    for name, value in given.items():
        assert form[name].value() == value
    assert not WhatIf.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_calendar_that_those_terms_do_not_go_by_cannot_be_supposed(page: Client) -> None:
    def wrong(slug: str) -> Any:
        version = CalendarVersion.objects.get(calendar__slug=slug)
        return page.post(PAGE, question(calendar=version.pk, closed="5-5-2026"))

    answer = wrong("always")
    assert (answer.status_code, answer.context["form"].errors["calendar"]) == (
        422, ["Deze afspraken gebruiken deze kalender niet."],
    )  # fmt: skip
    assert wrong("office-hours").status_code == 302


def test_from_a_draft_in_beheer(page: Client, manager: User) -> None:
    draft = new_policy_version(Policy.objects.get(is_default=True), by=None, at=NOW)
    moves = page.get(f"/beheer/incidents/melding/afspraken/{draft.pk}/").content.decode()
    assert f"{PAGE}?policy_version={draft.pk}" in moves
    form = page.get(f"{PAGE}?policy_version={draft.pk}").context["form"]
    assert (form.initial["version"], form.initial["policy"]) == (draft.pk, draft.policy_id)
    assert page.get(f"{PAGE}?policy_version=onzin").status_code == 200


@pytest.mark.parametrize("role", ["support", "on_call", "management"])
def test_it_is_for_managers(role: str, client: Client, manager: User) -> None:
    run = answered(manager, Alteration(closed=(date(2026, 6, 19),)))
    client.force_login(factories.staff(role))
    for address in (PAGE, run.get_absolute_url(), "/rapportage/controle/"):
        assert client.get(address).status_code == 403
