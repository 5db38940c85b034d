"""Meldingen in Beheer: to look at, and to move on by the same door as everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk.models import Event
from desk.permissions import Role
from incidents import actions
from incidents.models import Melding, State
from sla.actions import new_policy_version, publish
from sla.models import Policy, PolicyVersion
from tests import factories
from tests.admin.conftest import NOW, signed_in

LIST = reverse("admin:incidents_melding_changelist")


pytestmark = pytest.mark.django_db


def page(melding: Melding) -> str:
    return reverse("admin:incidents_melding_change", args=[melding.pk])


def button(melding: Melding, verb: str) -> str:
    return reverse("admin:incidents_melding_do", args=[melding.pk, verb])


def test_list_and_page_show_the_melding(keeper: Client) -> None:
    melding = factories.registered(subject="Overleg opent niet")
    actions.note(melding, by=factories.staff(), at=NOW, body="Herstart gevraagd bij hosting")
    assert "Overleg opent niet" in keeper.get(LIST).content.decode()
    shown = keeper.get(page(melding)).content.decode()
    assert "Herstart gevraagd bij hosting" in shown
    assert 'name="state"' not in shown
    assert 'name="_save"' not in shown


def test_state_cannot_be_posted(keeper: Client) -> None:
    melding = factories.registered()
    answer = keeper.post(page(melding), {"state": State.CLOSED, "_save": "1"})
    assert answer.status_code == 403
    melding.refresh_from_db()
    assert melding.state == State.RECEIVED


def test_the_list_takes_as_many_queries_for_one_as_for_thirty(keeper: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert keeper.get(LIST).status_code == 200
        return len(found)

    factories.registered(contact=factories.contact())
    keeper.get(LIST)
    one = count()
    for _n in range(29):
        factories.registered(contact=factories.contact())
    assert count() == one <= 15


@pytest.mark.parametrize("words", ["M26-", "hosting", "Wil Voorbeeld"])
def test_search_is_that_of_the_desk(keeper: Client, words: str) -> None:
    wanted = factories.registered(description="Contact met hosting gezocht")
    factories.registered(description="Iets anders", reporter_name="Kim Ander")
    words = wanted.number if words == "M26-" else words
    shown = keeper.get(LIST, {"q": words}).content.decode()
    assert wanted.number in shown
    assert "1 melding" in shown


def test_a_date_is_offered_only_where_the_policy_sets_none(keeper: Client) -> None:
    """SLA 9.3."""
    timed, free = factories.registered(priority=2), factories.registered(priority=4)
    assert button(timed, "agree_date") not in keeper.get(page(timed)).content.decode()
    assert button(free, "agree_date") in keeper.get(page(free)).content.decode()


def test_only_steps_that_may_be_made_now_are_buttons(keeper: Client) -> None:
    melding = factories.registered()
    shown = keeper.get(page(melding)).content.decode()
    assert button(melding, "pick_up") in shown
    assert button(melding, "resolve") not in shown


def test_a_button_is_one_post_through_the_door(keeper: Client, administrator: Any) -> None:
    melding = factories.registered()
    answer = keeper.post(button(melding, "contacted"), {"version": melding.version}, follow=True)
    assert "vastgelegd" in answer.content.decode()
    assert melding.events().get(verb="contacted").actor == administrator


def test_a_button_does_nothing_by_get(keeper: Client) -> None:
    melding = factories.registered()
    assert keeper.get(button(melding, "contacted")).status_code == 405
    assert not melding.events().filter(verb="contacted").exists()


def test_a_step_that_needs_words_asks_for_them(keeper: Client) -> None:
    melding = factories.registered()
    actions.pick_up(melding, by=factories.staff(), at=NOW)
    assert "Oplossing" in keeper.get(button(melding, "resolve")).content.decode()
    empty = keeper.post(button(melding, "resolve"), {"how": "told", "solution": ""})
    assert empty.status_code == 422
    keeper.post(button(melding, "resolve"), {"how": "told", "solution": "Opnieuw gestart."})
    melding.refresh_from_db()
    assert (melding.state, melding.solution) == (State.RESOLVED, "Opnieuw gestart.")


def test_a_stale_page_keeps_what_was_typed(keeper: Client) -> None:
    melding = factories.registered()
    actions.pick_up(melding, by=factories.staff(), at=NOW)
    typed = {"how": "told", "solution": "Opnieuw gestart.", "version": melding.version - 1}
    answer = keeper.post(button(melding, "resolve"), typed)
    assert answer.status_code == 409
    assert "Opnieuw gestart." in answer.content.decode()
    assert "intussen gewijzigd" in answer.content.decode()


def test_a_role_without_the_right_is_refused_by_post_too() -> None:
    """django-fsm's own admin would let it pass: it looks at the right only when it draws the buttons."""
    melding = factories.registered()
    director = signed_in(factories.staff(Role.MANAGEMENT))
    assert button(melding, "pick_up") not in director.get(page(melding)).content.decode()
    for verb in ("pick_up", "contacted", "resolve"):
        answer = director.post(button(melding, verb), {"how": "told", "solution": "Klaar"})
        assert answer.status_code == 403, verb
    melding.refresh_from_db()
    assert melding.state == State.RECEIVED


def test_what_the_state_does_not_admit_is_refused_with_a_reason(keeper: Client) -> None:
    melding = factories.registered()
    answer = keeper.post(button(melding, "resume"), follow=True)
    assert "kan niet meer in de huidige status" in answer.content.decode()


@pytest.mark.parametrize("verb", ["apply_policy", "note", "available_again", "delete", "__class__"])
def test_only_declared_buttons_exist(keeper: Client, verb: str) -> None:
    melding = factories.registered()
    assert keeper.post(f"{LIST}{melding.pk}/do/{verb}/").status_code == 404
    assert melding.events().count() == 1


def test_strangers_and_contacts_do_not_come_in(client: Client) -> None:
    melding = factories.registered()
    contact = signed_in(factories.contact().user)
    for address in (
        LIST,
        page(melding),
        button(melding, "pick_up"),
        moves_page(PolicyVersion.objects.all()[0]),
    ):
        for visitor in (client, contact):
            answer = visitor.post(address)
            assert answer.status_code in (302, 403), address
            assert melding.number not in answer.content.decode()
    assert melding.events().count() == 1


# -- who moves


def moves_page(version: PolicyVersion) -> str:
    return reverse("admin:incidents_policy_moves", args=[version.pk])


@pytest.fixture
def stricter(administrator: Any) -> PolicyVersion:
    """The MDO policy with ten Werkdagen to solve a P3, in place of fifteen."""
    draft = new_policy_version(Policy.objects.get(slug="vecozo-mdo"), by=administrator, at=NOW)
    draft.targets.filter(clock="resolution", priority=3).update(amount=10)
    return publish(draft, by=administrator, at=NOW)


def test_who_moves_is_shown_before_anything_changes(keeper: Client, stricter: PolicyVersion) -> None:
    moves = factories.registered(priority=3)
    stays = factories.registered(priority=2)
    shown = keeper.get(moves_page(stricter)).content.decode()
    assert moves.number in shown
    assert stays.number not in shown
    assert Event.objects.filter(verb="apply_policy").count() == 0


def test_applied_to_the_chosen_only(keeper: Client, stricter: PolicyVersion) -> None:
    one, other = (factories.registered(priority=3) for _n in range(2))
    before = one.resolution_due
    keeper.post(moves_page(stricter), {"melding": [one.pk, "x", 10**9]})
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.policy_version == stricter
    assert one.resolution_due is not None
    assert before is not None
    assert one.resolution_due < before
    assert other.policy_version != stricter


def test_applied_to_all(keeper: Client, stricter: PolicyVersion) -> None:
    for _n in range(3):
        factories.registered(priority=3)
    answer = keeper.post(moves_page(stricter), {"all": "1"}, follow=True)
    assert "3 meldingen vallen nu onder deze versie" in answer.content.decode()
    assert Melding.objects.filter(policy_version=stricter).count() == 3
    assert "Van geen enkele open melding" in answer.content.decode()


def test_of_what_is_restricted_only_how_many_move(keeper: Client, stricter: PolicyVersion) -> None:
    """SLA 7.4."""
    seen, hidden = (factories.registered(priority=3) for _n in range(2))
    actions.restrict(hidden, by=factories.staff(), at=NOW)
    shown = keeper.get(moves_page(stricter)).content.decode()
    assert (seen.number in shown, hidden.number in shown) == (True, False)
    assert "termijn van 1 afgeschermde melding." in shown
    keeper.post(moves_page(stricter), {"melding": [hidden.pk]})
    assert not Melding.objects.filter(policy_version=stricter).exists()
    answer = keeper.post(moves_page(stricter), {"all": "1"}, follow=True).content.decode()
    assert ("2 meldingen vallen nu onder" in answer, hidden.number in answer) == (True, False)
    hidden.refresh_from_db()
    assert hidden.policy_version == stricter


def test_a_draft_is_refused_for_each_by_name(keeper: Client, administrator: Any) -> None:
    melding = factories.registered(priority=3)
    draft = new_policy_version(Policy.objects.get(slug="vecozo-mdo"), by=administrator, at=NOW)
    draft.targets.filter(clock="resolution", priority=3).update(amount=10)
    answer = keeper.post(moves_page(draft), {"all": "1"}, follow=True)
    assert f"{melding.number}: Kies een gepubliceerde versie" in answer.content.decode()


def test_only_who_may_apply_a_policy_sees_who_moves(stricter: PolicyVersion) -> None:
    agent = signed_in(factories.staff())
    assert agent.get(moves_page(stricter)).status_code == 403
    assert agent.post(moves_page(stricter), {"all": "1"}).status_code == 403
    manager = signed_in(factories.staff(Role.SERVICE_LEVEL_MANAGER))
    assert manager.get(moves_page(stricter)).status_code == 200
