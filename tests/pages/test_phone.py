"""Taking in a Melding by phone, over HTTP."""

from __future__ import annotations

import html
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contractants.models import Contact
from desk.models import User
from desk.permissions import Role
from incidents.models import Kind, Melding, State
from tests import factories
from tests.pages.conftest import NOW, signed_in, text

FULL = {
    "channel": "phone", "kind": "incident", "subject": "Scherm blijft leeg", "description": "Na het inloggen.",
    "matrix": "medium-high", "affected_users": "4", "first_seen_at": "2026-06-18T09:00", "reproducible": "yes",
    "expected_priority": "2", "received_at": "2026-06-18T10:05",
}  # fmt: skip


@pytest.fixture
def caller(agent: User) -> Contact:
    return factories.contact(
        user__name="Noor Verhagen", user__email="noor@delinde.example", phone="+31 (0)30-012 01 99",
        contractant__name="Ziekenhuis De Linde",
    )  # fmt: skip


def send(staff: Client, **given: Any) -> Any:
    return staff.post("/meldingen/nieuw/", {"client_key": uuid.uuid4(), **FULL, **given})


@pytest.mark.parametrize(
    "asked", ["noor", "VERHAGEN linde", "0300120199", "030 012 01 99", "+31300120199", "delinde.example"]
)
def test_a_caller_is_found_by_name_number_or_organisation(staff: Client, caller: Contact, asked: str) -> None:
    factories.contact()
    page = text(staff.get("/meldingen/nieuw/bellers/", {"caller": asked}))
    assert re.findall(r'name="contact" value="(\d*)"', page) == [str(caller.pk), ""]


@pytest.mark.parametrize("asked", ["", "n", "nooit gehoord", "\x00", "999999", "%"])
def test_nobody_is_found_for_nothing(staff: Client, caller: Contact, asked: str) -> None:
    assert "radio" not in text(staff.get("/meldingen/nieuw/bellers/", {"caller": asked}))


def test_who_has_left_does_not_call(staff: Client, caller: Contact) -> None:
    Contact.objects.update(is_active=False)
    assert "radio" not in text(staff.get("/meldingen/nieuw/bellers/", {"caller": "noor"}))


def test_looking_for_a_caller_without_javascript_keeps_what_was_typed(staff: Client, caller: Contact) -> None:
    page = html.unescape(text(send(staff, find="1", caller="noor", description="Al getypt")))
    assert "Ziekenhuis De Linde" in page
    assert "Al getypt" in page
    assert 'value="medium-high" checked' in page
    assert not Melding.objects.exists()


def test_it_is_registered_with_both_clocks_from_receipt(staff: Client, caller: Contact) -> None:
    answer = send(staff, contact=caller.pk)
    melding = Melding.objects.get()
    assert answer["Location"] == melding.get_absolute_url()
    assert (melding.contact, melding.contractant, melding.priority) == (caller, caller.contractant, 2)
    assert melding.received_at == NOW - timedelta(minutes=6)
    assert melding.state == State.RECEIVED
    page = text(staff.get(answer["Location"]))
    assert "do 18 juni 14:05" in page
    assert "ma 22 juni 10:05" in page


def test_on_the_phone_the_first_contact_is_made_and_picking_up_meets_the_response(
    staff: Client, agent: User
) -> None:
    """SLA 2.25."""
    send(staff, pick_up="on")
    melding = Melding.objects.get()
    assert (melding.state, melding.assignee, melding.response_met) == (State.IN_PROGRESS, agent, True)


def test_a_p1_by_phone_counts_as_handed_over(staff: Client) -> None:
    """SLA 9.2."""
    send(staff, matrix="large-high")
    melding = Melding.objects.get()
    assert (melding.priority, melding.needs_handover) == (1, False)


def test_what_is_missing_is_named_field_by_field(staff: Client) -> None:
    """SLA 9.4."""
    answer = send(staff, affected_users="", reproducible="")
    page = html.unescape(text(answer))
    assert answer.status_code == 422
    for name in ("affected_users", "reproducible"):
        assert f'id="id_{name}_error"' in page
    assert "Scherm blijft leeg" in page
    assert not Melding.objects.exists()


def test_an_agent_takes_it_in_all_the_same_and_that_shows(staff: Client) -> None:
    answer = send(staff, affected_users="", accept_missing="on")
    assert Melding.objects.get().missing == ["affected_users"]
    assert '<dd class="missing">niet opgegeven</dd>' in text(staff.get(answer["Location"]))


def test_a_change_comes_from_a_registered_contact(staff: Client, caller: Contact) -> None:
    """SLA 10.1, 10.3."""
    change = {"kind": Kind.CHANGE, "goal": "Minder klikken", "accept_missing": "on"}
    assert send(staff, **change).status_code == 422
    assert send(staff, **change, contact=caller.pk).status_code == 302
    assert Melding.objects.get().priority == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("received_at", "2026-06-18T12:00"), ("received_at", "gisteren"), ("subject", ""), ("subject", "x" * 201),
        ("description", "BSN 111222333"), ("matrix", "huge-high"), ("affected_users", "-1"), ("service", "999"),
        ("contact", "999"), ("kind", "x"), ("reporter_email", "geen adres"), ("client_key", "x"),
        ("first_seen_at", "2027-01-01T00:00"), ("description", "\x00"),
    ],
)  # fmt: skip
def test_wrong_input_is_answered_and_leaves_nothing(staff: Client, field: str, value: str) -> None:
    answer = send(staff, **{field: value})
    assert answer.status_code == 422
    assert not Melding.objects.exists()


def test_pressing_twice_registers_once(staff: Client) -> None:
    key = uuid.uuid4()
    first, second = (send(staff, client_key=key)["Location"] for _turn in range(2))
    assert first == second
    assert Melding.objects.count() == 1


def test_a_refused_form_can_be_sent_again(staff: Client) -> None:
    key = uuid.uuid4()
    assert send(staff, client_key=key, affected_users="").status_code == 422
    assert send(staff, client_key=key).status_code == 302


def promise(staff: Client, **given: Any) -> str:
    return html.unescape(text(staff.post("/meldingen/nieuw/streeftijden/", {**FULL, **given})))


def test_priority_and_deadlines_appear_while_filling_in(staff: Client) -> None:
    page = promise(staff)
    assert "Prioriteit 2" in page
    assert "do 18 juni 14:05" in page
    assert "ma 22 juni 10:05" in page


def test_without_impact_and_urgency_no_priority_is_shown(staff: Client) -> None:
    assert "Kies impact en urgentie" in promise(staff, matrix="")


def test_a_breach_of_confidentiality_is_priority_1(staff: Client) -> None:
    """SLA 7.4."""
    assert "Prioriteit 1" in promise(staff, matrix="", breach_of_confidentiality="on")


def test_the_terms_are_those_of_caller_and_dienst(staff: Client, caller: Contact) -> None:
    contract = factories.ContractFactory.create(
        contractant=caller.contractant, policy=factories.policy("intramed")
    )
    assert "VECOZO Dienst MDO" in promise(staff)
    assert "Intramed" in promise(staff, contact=caller.pk, service=contract.service.pk)


def test_what_is_still_missing_is_listed_meanwhile(staff: Client) -> None:
    page = promise(staff, affected_users="", reproducible="")
    assert "<li>Aantal gebruikers met hinder</li><li>Te herhalen</li>" in page


@pytest.mark.parametrize(
    "given", [{"kind": "x"}, {"received_at": "x"}, {"contact": "x"}, {"matrix": "x"}, {"channel": "x"}]
)
def test_half_typed_input_still_gets_an_answer(staff: Client, given: dict[str, str]) -> None:
    assert 'id="promise"' in promise(staff, **given)


def test_whoever_may_not_register_is_refused(agent: User) -> None:
    assert signed_in(factories.staff(Role.MANAGEMENT)).get("/meldingen/nieuw/").status_code == 403
