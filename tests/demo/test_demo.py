"""The demo is a believable desk: built by the same actions as real work, so its clocks and trails are real."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from complaints.models import Complaint
from contractants.models import Contact, Contractant, Partnership, Service
from desk import settling
from desk.attachments import ALLOWED
from desk.models import Event, Notice, User, WebhookDelivery, WebhookEndpoint
from desk.permissions import STAFF
from domain.months import Month
from incidents.actions.monitoring import watch
from incidents.demo.build import build, clear, is_empty
from incidents.demo.ordinary import FILL, stories
from incidents.demo.people import sign_ins
from incidents.models import (
    Alert,
    AlertGroup,
    Attachment,
    ChainRequest,
    Channel,
    Kind,
    Melding,
    Message,
    RawEvent,
    Relation,
    State,
    WebReport,
)
from problems import queries
from problems.models import Problem
from reports.availability.queries import of_month
from reports.models import Unavailability, Verification, WhatIf
from reports.verifying.checking import Scope
from reports.verifying.running import look
from sla.queries import AMSTERDAM

THURSDAY = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Any:
    """The demo on a Thursday afternoon, made once for the tests of this module."""
    from django.conf import settings

    before = settings.MEDIA_ROOT
    with django_db_blocker.unblock():
        settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
        build(THURSDAY)
        yield settings.MEDIA_ROOT
        # The policies too, which `clear` leaves; keys go on counting, for what is kept compiled is kept by key.
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        settings.MEDIA_ROOT = before


def test_people_and_promises(desk: Any) -> None:
    assert (Contractant.objects.count(), Partnership.objects.count(), Service.objects.count()) == (6, 2, 4)
    staff = User.objects.filter(role__in=STAFF)
    assert staff.count() == 9
    assert {*staff.values_list("role", flat=True)} == STAFF
    assert {*Contact.objects.values_list("role", flat=True)} == {*Contact.Role.values}
    assert all(user.email.endswith((".example", ".invalid")) for user in User.objects.all())


def seen(name: str) -> set[Any]:
    return {*Melding.objects.values_list(name, flat=True)}


def test_every_state_channel_kind_and_priority_occurs(desk: Any) -> None:
    assert 130 <= Melding.objects.count() <= 170
    assert seen("state") == {*State.values}
    assert seen("kind") == {*Kind.values}
    assert seen("priority") == {1, 2, 3, 4}
    assert seen("channel") == {*Channel.values} - {Channel.API}


def test_nothing_happens_in_the_future_or_before_the_receipt(desk: Any) -> None:
    assert not Event.objects.filter(at__gt=THURSDAY).exists()
    for melding in Melding.objects.all():
        trail = list(melding.events())
        assert melding.received_at <= trail[0].at, melding
        assert trail[0].verb == "register", melding


def test_everything_follows_from_the_events_and_a_what_if_is_answered(desk: Any) -> None:
    assert list(look(Scope(THURSDAY))) == []
    assert Verification.objects.get().found == 0
    run = WhatIf.objects.get()
    assert (run.state, run.total) == (WhatIf.State.DONE, run.lines.count())
    assert run.numbers["effects"]["late"] > 0


def test_most_are_in_time_and_a_few_are_late(desk: Any) -> None:
    verdicts = Counter(Melding.objects.exclude(resolution_met=None).values_list("resolution_met", flat=True))
    assert 0.85 <= verdicts[True] / verdicts.total() < 1
    assert Melding.objects.open().filter(next_due_at__lt=THURSDAY).exists()


def test_a_dienst_was_away_and_some_of_it_does_not_count(desk: Any) -> None:
    attack = Unavailability.objects.get(reason="attack")
    found = of_month(attack.service, Month.of(attack.started_at, AMSTERDAM), THURSDAY)
    assert found.excluded > 0
    assert Unavailability.objects.exclude(replaces=None).count() == 1


def test_what_an_agent_meets_today_is_there(desk: Any) -> None:
    opened = Melding.objects.open()
    assert opened.filter(priority=1, state=State.RECEIVED, handed_over_at=None).count() == 1
    assert opened.filter(resolution_state="paused", policy_version__policy__slug="intramed").exists()
    assert opened.filter(state=State.WAITING_CONTRACTANT, resolution_state="running").exists()
    assert opened.filter(state=State.WAITING_CHAIN).exists()
    assert opened.exclude(missing=[]).exists()
    assert opened.filter(service_unknown=True).exists()
    assert opened.filter(kind=Kind.CHANGE, resolution_due__gt=THURSDAY).exists()
    assert opened.filter(kind=Kind.CHANGE, resolution_due=None).exists()
    assert Event.objects.filter(verb="reopen", at__gt=THURSDAY - timedelta(days=7)).exists()
    assert WebReport.objects.filter(melding=None).count() == 1
    held = settling.visible_to(User.objects.get(name="Sam de Vries"))
    assert set(held.values_list("kind", "outcome")) == {("number", "held"), ("mail", "held")}


def test_problems_are_there_and_one_is_known_today(desk: Any) -> None:
    assert {"known_error", "solution_planned", "workaround_known", "identified"} == {
        *Problem.objects.values_list("state", flat=True)
    }
    known = Problem.objects.get(state="known_error")
    assert (known.use_count, known.published_at is None) == (1, False)
    assert all(problem.meldingen.exists() for problem in Problem.objects.all())
    today = Melding.objects.get(subject="Advies is verdwenen na opslaan", state=State.RECEIVED)
    sam = User.objects.get(name="Sam de Vries")
    assert queries.known(sam, today)[0].problem == known


def test_relations_chain_and_alerts_are_there(desk: Any) -> None:
    assert {*Relation.objects.values_list("kind", flat=True)} == {*Relation.Kind.values}
    assert ChainRequest.objects.filter(ended_at=None).exists()
    assert Alert.objects.filter(count__gt=5).exists()
    assert Alert.objects.filter(recovered_at__isnull=False).exists()


def test_monitoring_is_connected_and_leaves_the_demo_alone(desk: Any) -> None:
    """One cause is one Incident; the heartbeat lives for days, and nothing is owed to the webhook."""
    (group,) = AlertGroup.objects.filter(count__gt=1).exclude(source__name="Prestatiebewaking")
    assert group.melding is not None
    assert (group.count, group.melding.state, group.melding.service_unknown) == (6, State.IN_PROGRESS, False)
    assert group.melding.alerts.filter(recovered_at=None).count() == 2
    assert not RawEvent.objects.exclude(error="").exists()
    assert watch(THURSDAY + timedelta(days=6), THURSDAY + timedelta(days=6) - timedelta(minutes=1)) == 0
    assert WebhookEndpoint.objects.filter(active=False, url__contains=".example").count() == 1
    assert not WebhookDelivery.objects.exists()


def test_complaints_of_both_kinds_are_there(desk: Any) -> None:
    """SLA 5: one whose klachtrapport waits for the contact, one past the Supportafdeling, one to assign."""
    found = dict(Complaint.objects.values_list("about", "state"))
    assert found == {"service": "reported", "support": "in_treatment", "handling": "registered"}
    assert Complaint.objects.visible_to(User.objects.get(name="Noor Verhagen")).count() == 2


def test_of_a_change_and_of_a_complaint_time_runs_out(desk: Any) -> None:
    """SLA 5, 10.3: those whom it concerns were told."""
    for case_type, key in (("change", "change_warning"), ("complaint", "complaint_warning")):
        warned = Event.objects.filter(case_type=case_type, verb="warn", at__gt=THURSDAY - timedelta(days=7))
        assert Notice.objects.filter(event__in=warned, key=key).exists()


def test_files_are_what_they_say_they_are(desk: Any) -> None:
    types = {*Attachment.objects.values_list("content_type", flat=True)}
    assert {"image/png", "application/pdf"} <= types <= {*ALLOWED, "text/plain", "message/rfc822"}
    kept = Attachment.objects.filter(erased_at=None)
    assert kept
    assert all((desk / file.file.name).stat().st_size == file.size for file in kept)


def test_nobody_is_mailed_about_the_past(desk: Any, mailoutbox: list[Any]) -> None:
    assert Notice.objects.count() > 100
    assert not Notice.objects.filter(sent_at=None, dropped_at=None, next_try_at__isnull=False).exists()
    assert mailoutbox == []
    recent = Notice.objects.filter(sent_at__gt=THURSDAY - timedelta(days=7))
    assert recent.exists()
    assert not recent.filter(body="").exists()


def test_numbers_are_in_the_order_of_registration(desk: Any) -> None:
    registered = Event.objects.filter(verb="register", case_type="melding").order_by("at", "id")
    numbers = [Melding.objects.get(pk=event.case_id).number for event in registered]
    assert numbers == sorted(numbers)


def test_no_placeholder_is_left(desk: Any) -> None:
    texts = [
        *Message.objects.values_list("body", flat=True),
        *Melding.objects.values_list("subject", flat=True),
    ]
    assert not [text for text in texts if "{" in text]
    assert {step[0] for story in stories() for step in story["steps"]} <= {
        "note", "ask", "answer", "reply", "word", "chain", "solve", "workaround", "thanks",
    }  # fmt: skip
    assert FILL.keys() == {"afdeling", "mdo", "dag", "tijd", "browser"}


def test_the_same_day_gives_the_same_demo(desk: Any) -> None:
    def told() -> list[Any]:
        return list(
            Melding.objects.order_by("number").values_list("subject", "priority", "state", "received_at")
        )

    before = told()
    clear()
    build(THURSDAY)
    assert told() == before


def test_if_empty_leaves_a_desk_in_use_alone() -> None:
    User.objects.create_user("iemand@example.nl", name="Iemand")
    before = Melding.objects.count()
    assert not is_empty()
    call_command("demo", "--if-empty", stdout=StringIO())
    assert Melding.objects.count() == before


def test_refuses_in_production(settings: Any) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="passwords that everybody knows"):
        call_command("demo", "--reset", stdout=StringIO())


def test_sign_ins_are_printed_only_where_the_demo_is(desk: Any) -> None:
    lines = sign_ins().splitlines()
    assert len(lines) == 15
    email, password, *_ = lines[0].split()
    assert User.objects.get(email=email).check_password(password)
    clear()
    assert sign_ins() == ""


def test_clearing_keeps_what_was_promised(desk: Any) -> None:
    clear()
    assert is_empty()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sla_policyversion")
        assert cursor.fetchone() == (2,)
