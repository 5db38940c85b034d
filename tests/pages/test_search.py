"""Searching, and the reports that nobody confirmed."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from desk.models import User
from desk.permissions import Role
from incidents import actions
from incidents.models import Melding, WebReport
from tests import factories
from tests.pages.conftest import NOW, signed_in, text
from tests.pages.test_worklist import numbers


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{0:.0}m26-{1}", "26{1}"])
def test_an_exact_number_goes_straight_there(staff: Client, typed: str) -> None:
    melding = factories.registered(at=NOW)
    asked = typed.format(melding.number, melding.number.partition("-")[2])
    assert staff.get("/zoeken/", {"q": asked})["Location"] == melding.get_absolute_url()


def test_words_are_found_in_subject_conversation_and_contractant(staff: Client) -> None:
    who = factories.contact(contractant__name="Kliniek Duinrand")
    melding = factories.registered(at=NOW, contact=who, subject="Beelden traag")
    actions.note(melding, by=None, at=NOW, body="De tussenserver hapert")
    factories.registered(at=NOW)
    for words in ("beeld", "duinrand", "tussenservers", '"tussenserver hapert"', "beelden -omgeving"):
        assert numbers(staff.get("/zoeken/", {"q": words})) == [melding.number], words


def test_a_telephone_number_is_no_number_of_a_melding(staff: Client) -> None:
    melding = factories.registered(at=NOW, description="Terugbellen op 2612345678")
    assert numbers(staff.get("/zoeken/", {"q": "2612345678"})) == [melding.number]


@pytest.mark.parametrize(
    "q", ["'", '"', "a & | ! (", "\x00", ":*", "<->", "-", "%", "é" * 5000, "M26-99999999999999", "ὀ\ud83d"]
)
def test_no_text_breaks_it(staff: Client, q: str) -> None:
    assert staff.get("/zoeken/", {"q": q.encode("utf-8", "replace").decode()}).status_code == 200


def test_what_resembles_a_subject_is_shown_with_how_it_was_solved(staff: Client, agent: User) -> None:
    solved = factories.registered(at=NOW, subject="Verslag onzichtbaar na vaststellen")
    actions.pick_up(solved, by=agent, at=NOW)
    actions.resolve(solved, by=agent, at=NOW, solution="Afzender opnieuw geregistreerd")
    factories.registered(at=NOW, subject="Verslag is traag")  # one word alone says little
    asked = {"subject": "De verslagen zijn onzichtbaar in het EPD", "to": ""}
    page = text(staff.get("/meldingen/lijkt-op/", asked))
    assert re.findall("M26-[0-9]+", page.partition("</a>")[0]) == [solved.number] * 2
    assert "Afzender opnieuw geregistreerd" in page
    assert "is traag" not in page
    assert text(staff.get("/meldingen/lijkt-op/", {**asked, "to": solved.number})) == ""


@pytest.mark.parametrize(
    "subject", ["", "a b c", "'); --", "x\x00y", "verslag & | ! <-> verslagen", "é" * 500]
)
def test_a_subject_that_says_nothing_resembles_nothing(staff: Client, subject: str) -> None:
    factories.registered(at=NOW)
    assert text(staff.get("/meldingen/lijkt-op/", {"subject": subject})) == ""


def test_nothing_found_says_what_to_do(staff: Client) -> None:
    assert "Niets gevonden" in text(staff.get("/zoeken/", {"q": "onvindbaar"}))
    assert "Waar zoek je naar" in text(staff.get("/zoeken/"))


def test_what_was_asked_is_shown_as_text(staff: Client) -> None:
    assert "<b>x" not in staff.get("/zoeken/", {"q": "<b>x"}).content.decode()


@pytest.fixture
def unconfirmed(staff: Client) -> WebReport:
    report = factories.report(
        channel="web", subject="Inlogscherm blijft leeg", reporter_email="wil@zorg.example"
    )
    return actions.submit(report, at=NOW)


def test_an_agent_takes_in_what_was_not_confirmed(staff: Client, unconfirmed: WebReport) -> None:
    assert "Inlogscherm blijft leeg" in text(staff.get("/meldingen/onbevestigd/"))
    answer = staff.post(f"/meldingen/onbevestigd/{unconfirmed.pk}/")
    melding = Melding.objects.get(subject="Inlogscherm blijft leeg")
    assert answer["Location"] == melding.get_absolute_url()
    assert "Inlogscherm" not in text(staff.get("/meldingen/onbevestigd/"))


def test_taking_it_in_twice_makes_one(staff: Client, unconfirmed: WebReport) -> None:
    for _turn in range(2):
        staff.post(f"/meldingen/onbevestigd/{unconfirmed.pk}/")
    assert Melding.objects.filter(subject="Inlogscherm blijft leeg").count() == 1


def test_whoever_may_not_take_it_in_is_refused(unconfirmed: WebReport) -> None:
    reader = signed_in(factories.staff(Role.MANAGEMENT))
    reader.post(f"/meldingen/onbevestigd/{unconfirmed.pk}/")
    assert not Melding.objects.exists()
    assert "Aannemen als melding" not in text(reader.get("/meldingen/onbevestigd/"))
