"""Mail in in Beheer: the list, one message, trying again what was set aside, and who may not see it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from desk.mail import intake
from desk.models import InboundMail, User
from desk.permissions import SEES_RESTRICTED, STAFF, Role
from incidents.actions import mail
from incidents.models import Melding
from tests import factories
from tests.admin.conftest import NOW, signed_in
from tests.mail.shapes import lines

pytestmark = pytest.mark.django_db
LIST = reverse("admin:desk_inboundmail_changelist")
Outcome = InboundMail.Outcome


def page(name: str, row: InboundMail, *args: str) -> str:
    return reverse(f"admin:desk_inboundmail_{name}", args=[row.pk, *args])


def receive(word: str, sender: str) -> InboundMail:
    raw = lines(word, sender, subject=f"Beeld valt weg {word}", body="Sinds vanochtend.")
    return intake.process(intake.keep(raw, mailbox="desk", at=NOW), at=NOW, handle=mail.take)


@pytest.fixture
def arrived(administrator: User) -> InboundMail:
    """Made a Melding of a contact."""
    factories.contact(user__email="wil@zorg.example")
    return receive("a", "wil@zorg.example")


@pytest.fixture
def aside(administrator: User) -> InboundMail:
    """The fourth of a stranger within an hour."""
    return [receive(word, "kim@nergens.example") for word in ("een", "twee", "drie", "vier")][-1]


def test_the_list_says_what_became_of_each(keeper: Client, arrived: InboundMail, aside: InboundMail) -> None:
    shown = keeper.get(LIST).content.decode()
    assert Melding.objects.get().number in shown
    assert "nieuwe melding" in shown
    assert "Van deze afzender komt te veel mail tegelijk" in shown


def test_what_was_set_aside_is_found_by_filter_and_by_words(
    keeper: Client, arrived: InboundMail, aside: InboundMail
) -> None:
    for asked in ({"outcome": Outcome.SET_ASIDE}, {"q": "weg vier"}):
        rows = keeper.get(LIST, asked).context["cl"].result_list
        assert list(rows) == [aside]


def test_a_message_shows_its_outcome_and_gives_the_original(keeper: Client, aside: InboundMail) -> None:
    shown = keeper.get(page("change", aside)).content.decode()
    assert "terzijde gelegd" in shown
    assert "Opnieuw proberen" in shown
    assert 'name="_save"' not in shown
    original = keeper.get(page("file", aside))
    assert original["Content-Disposition"].startswith("attachment")
    assert b"Sinds vanochtend." in b"".join(original)


def test_one_set_aside_is_tried_again_and_becomes_a_melding(keeper: Client, aside: InboundMail) -> None:
    factories.contact(user__email="kim@nergens.example")
    answer = keeper.post(page("do", aside, "retry"), follow=True)
    assert "Uitkomst: nieuwe melding" in answer.content.decode()
    assert Melding.objects.get().reporter_email == "kim@nergens.example"
    aside.refresh_from_db()
    assert (aside.outcome, aside.reason) == (Outcome.NEW, "")


def test_what_was_dealt_with_is_not_dealt_with_twice(keeper: Client, arrived: InboundMail) -> None:
    assert "Opnieuw proberen" not in keeper.get(page("change", arrived)).content.decode()
    answer = keeper.post(page("do", arrived, "retry"), follow=True)
    assert "al verwerkt" in answer.content.decode()
    assert Melding.objects.count() == 1


@pytest.mark.parametrize("role", sorted(STAFF - {Role.ADMINISTRATOR} - SEES_RESTRICTED))
def test_mail_is_read_by_administrators_alone(aside: InboundMail, role: str) -> None:
    visitor = signed_in(factories.staff(role))
    assert {visitor.get(url).status_code for url in (LIST, page("change", aside), page("file", aside))} == {
        403
    }
    assert visitor.post(page("do", aside, "retry")).status_code in {403, 404}
    aside.refresh_from_db()
    assert aside.outcome == Outcome.SET_ASIDE


def test_who_watches_over_what_is_restricted_sees_no_other_mail(aside: InboundMail) -> None:
    visitor = signed_in(factories.staff(Role.PRIVACY_OFFICER))
    assert aside.sender not in visitor.get(LIST).content.decode()
    assert visitor.get(page("file", aside)).status_code == 404
    assert visitor.post(page("do", aside, "retry")).status_code == 404


def test_contacts_and_strangers_do_not_come_in(client: Client, aside: InboundMail) -> None:
    for visitor in (client, signed_in(factories.contact().user)):
        for url in (LIST, page("change", aside), page("file", aside)):
            assert visitor.get(url).status_code in {302, 403}
