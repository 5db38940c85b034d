"""Beheer of the desk itself: people, tokens, outbox, trail, mail of this machine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk.mailbox import Mailbox
from desk.models import ApiToken, Event, Notice, User
from desk.permissions import STAFF, Role
from incidents import actions
from sla.actions import new_calendar_version, new_policy_version, propose_holidays
from sla.models import Calendar, Policy
from tests import factories
from tests.admin.conftest import NOW, signed_in

MODELS = [model for model in admin.site._registry if model._meta.app_label in {"desk", "incidents"}]


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_every_list_opens_and_holds_no_inline_script_or_style(keeper: Client, model: Any) -> None:
    factories.registered()
    shown = keeper.get(address(f"{model._meta.app_label}_{model._meta.model_name}_changelist"))
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "style=" not in page
    assert "<style" not in page
    assert "onclick" not in page


@pytest.mark.parametrize("role", sorted(STAFF - {Role.ADMINISTRATOR}))
@pytest.mark.parametrize("model", ["user", "apitoken", "notice"])
def test_people_keys_and_messages_are_the_administrators(db: None, role: str, model: str) -> None:
    assert signed_in(factories.staff(role)).get(address(f"desk_{model}_changelist")).status_code == 403


# -- people


def test_staff_are_made_with_a_role_and_sign_in_by_mail(keeper: Client) -> None:
    given = {"email": "Nieuw@Desk.Example", "name": "Nieuw Gezicht", "role": Role.SUPPORT, "language": "nl"}  # fmt: skip
    assert keeper.post(address("desk_user_add"), given).status_code == 302
    made = User.objects.get(email="nieuw@desk.example")
    assert (made.role, made.has_usable_password(), made.is_active) == (Role.SUPPORT, False, True)


def test_a_contact_is_not_made_here(keeper: Client) -> None:
    given = {
        "email": "c@zorg.example",
        "name": "C",
        "role": Role.CONTACT,
        "language": "nl",
    }
    assert keeper.post(address("desk_user_add"), given).status_code == 200
    assert not User.objects.filter(email="c@zorg.example").exists()


def test_an_address_is_taken_once_whatever_its_capitals(keeper: Client) -> None:
    factories.staff(email="sam@desk.example")
    given = {
        "email": "SAM@desk.example",
        "name": "S",
        "role": Role.SUPPORT,
        "language": "nl",
    }
    assert keeper.post(address("desk_user_add"), given).status_code == 200
    assert User.objects.filter(email__iexact="sam@desk.example").count() == 1


def test_nobody_shuts_themselves_out(keeper: Client, administrator: User) -> None:
    given = {"email": administrator.email, "name": "Iris", "role": Role.SUPPORT, "language": "nl"}
    keeper.post(address("desk_user_change", administrator.pk), given)
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active, administrator.name) == (
        Role.ADMINISTRATOR,
        True,
        "Iris",
    )


def test_people_become_inactive_and_are_never_deleted(keeper: Client) -> None:
    colleague = factories.staff()
    assert keeper.post(address("desk_user_delete", colleague.pk), {"post": "yes"}).status_code == 403
    given = {"email": colleague.email, "name": colleague.name, "role": colleague.role, "language": "nl"}
    keeper.post(address("desk_user_change", colleague.pk), given)
    colleague.refresh_from_db()
    assert not colleague.is_active


# -- tokens


def test_nobody_chooses_a_password_for_somebody_else(keeper: Client) -> None:
    """Their own they change where everybody does, which ends their other sessions."""
    person = factories.staff()
    before = person.password
    assert "../password/" not in keeper.get(address("desk_user_change", person.pk)).content.decode()
    assert keeper.get(f"/beheer/desk/user/{person.pk}/password/").status_code == 302
    given = {"password1": "een lang wachtwoord 42", "password2": "een lang wachtwoord 42"}
    keeper.post(f"/beheer/desk/user/{person.pk}/password/", given, follow=True)
    person.refresh_from_db()
    assert person.password == before
    assert keeper.get("/beheer/password_change/")["Location"] == "/account/password/change/"


def test_a_token_is_shown_once_and_kept_as_a_hash(keeper: Client, client: Client) -> None:
    given = {"name": "Zabbix", "scope": "monitoring", "user": "", "days": "30"}
    made = keeper.post(address("desk_apitoken_add"), given)
    assert "no-store" in made["Cache-Control"]
    row = ApiToken.objects.get()
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert secret != row.digest
    assert (row.user.role, row.user.name, (row.expiry - NOW).days) == (Role.MACHINE, "Zabbix", 30)
    for page in (address("desk_apitoken_changelist"), address("desk_apitoken_change", row.pk)):
        assert secret not in keeper.get(page).content.decode()


def test_a_revoked_token_opens_nothing(keeper: Client, client: Client) -> None:
    secret = factories.token()
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/meldingen/", headers=headers).status_code == 200
    keeper.post(address("desk_apitoken_delete", ApiToken.objects.get().pk), {"post": "yes"})
    assert client.get("/api/v1/meldingen/", headers=headers).status_code == 401


def test_a_token_does_not_act_for_a_contact(keeper: Client) -> None:
    given = {"name": "X", "scope": "agent", "user": str(factories.contact().user_id), "days": "30"}
    assert keeper.post(address("desk_apitoken_add"), given).status_code == 200
    assert not ApiToken.objects.exists()


# -- a mailbox that rejects


def flagged(user: User) -> User:
    user.mail_rejected_at, user.mail_rejected_because = NOW, "550 weg"
    user.save()
    return user


def test_the_flag_of_a_mailbox_is_taken_away_by_hand_for_staff_and_contacts_alike(
    keeper: Client, administrator: User
) -> None:
    sam, noor = flagged(factories.staff(name="Sam de Vries")), factories.contact(user__name="Noor Verhagen")
    flagged(noor.user)
    assert "Mailbox werkt weer" in keeper.get(address("desk_user_change", sam.pk)).content.decode()
    for user, page in ((sam, ("desk_user_do", sam.pk)), (noor.user, ("contractants_contact_do", noor.pk))):
        shown = keeper.post(address(*page, "mail_again"), follow=True).content.decode()
        assert "krijgt weer mail" in shown
        user.refresh_from_db()
        assert (user.mail_rejected_at, user.mail_rejected_because) == (None, "")
        trail = user.events().get()
        assert (trail.verb, trail.actor, trail.at) == ("mail_again", administrator, NOW)
    trail_page = keeper.get(address("desk_event_changelist")).content.decode()
    assert trail_page.count("Mailbox werkt weer") == 2
    assert "Sam de Vries" in trail_page


def test_where_there_is_no_flag_nothing_is_done(keeper: Client) -> None:
    sam = factories.staff()
    answer = keeper.post(address("desk_user_do", sam.pk, "mail_again"), follow=True)
    assert "weigert geen mail" in answer.content.decode()
    assert not sam.events().exists()


def test_who_keeps_contacts_clears_their_flags_and_not_those_of_staff(administrator: User) -> None:
    sam, noor = flagged(factories.staff()), factories.contact()
    flagged(noor.user)
    manager = signed_in(factories.staff(Role.SERVICE_LEVEL_MANAGER))
    assert manager.post(address("contractants_contact_do", noor.pk, "mail_again")).status_code == 302
    assert manager.post(address("desk_user_do", sam.pk, "mail_again")).status_code in {403, 404}
    agent = signed_in(factories.staff())
    flagged(noor.user)
    assert agent.post(address("contractants_contact_do", noor.pk, "mail_again")).status_code == 403
    assert set(User.objects.filter(mail_rejected_at__isnull=False)) == {sam, noor.user}


def test_another_address_is_another_mailbox(keeper: Client) -> None:
    sam = flagged(factories.staff(email="oud@desk.example"))
    given = {
        "email": "nieuw@desk.example",
        "name": sam.name,
        "role": sam.role,
        "language": "nl",
        "is_active": "on",
    }
    assert keeper.post(address("desk_user_change", sam.pk), given).status_code == 302
    sam.refresh_from_db()
    assert (sam.email, sam.mail_rejected_at) == ("nieuw@desk.example", None)


# -- outbox


@pytest.fixture
def notice(administrator: User) -> Notice:
    factories.registered(contact=factories.contact())
    return Notice.objects.get(key="melding_received")


def test_a_failed_notice_is_tried_again(keeper: Client, notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(
        attempts=3, error="SMTPException: vol", next_try_at=NOW + timedelta(hours=1)
    )
    failed = keeper.get(address("desk_notice_changelist"), {"aflevering": "failed"}).content.decode()
    assert "SMTPException: vol" in failed
    keeper.post(address("desk_notice_do", notice.pk, "retry"))
    notice.refresh_from_db()
    assert notice.next_try_at == NOW


def test_what_was_sent_is_not_sent_again(keeper: Client, notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(sent_at=NOW, next_try_at=None)
    answer = keeper.post(address("desk_notice_do", notice.pk, "retry"), follow=True)
    assert "al verzonden" in answer.content.decode()
    notice.refresh_from_db()
    assert notice.next_try_at is None


def test_a_code_that_opens_a_door_does_not_show_while_it_is_owed(keeper: Client) -> None:
    notice = Notice.objects.create(key="sign_in_code", email="a@zorg.example", data={"code": "QK7-XPW"})
    assert "QK7-XPW" not in keeper.get(address("desk_notice_change", notice.pk)).content.decode()


# -- trail


def test_the_trail_is_found_by_number_and_changes_by_nobody(keeper: Client) -> None:
    melding, other = factories.registered(), factories.registered()
    actions.pick_up(melding, by=factories.staff(name="Sam de Vries"), at=NOW)
    shown = keeper.get(address("desk_event_changelist"), {"q": melding.number.lower()}).content.decode()
    assert melding.number in shown
    assert "Oppakken" in shown
    assert "Vastleggen" in shown
    assert other.number not in shown
    event = Event.objects.filter(verb="pick_up").get()
    assert keeper.post(address("desk_event_change", event.pk), {"verb": "resolve"}).status_code == 403
    assert keeper.post(address("desk_event_delete", event.pk), {"post": "yes"}).status_code == 403


def test_the_trail_of_what_was_promised_is_in_words_too(keeper: Client) -> None:
    policy, calendar = Policy.objects.filter(is_default=True).get(), Calendar.objects.earliest("pk")
    new_policy_version(policy, by=None, at=NOW)
    propose_holidays(new_calendar_version(calendar, by=None, at=NOW), [2031], by=None, at=NOW)
    shown = keeper.get(address("desk_event_changelist")).content.decode()
    for word in (policy.name, calendar.name, "Nieuwe versie", "Feestdagen voorstellen"):
        assert word in shown
    assert "propose_holidays" not in shown
    assert f"calendar {calendar.pk}" not in shown


def test_each_half_of_a_moment_has_its_own_label(keeper: Client) -> None:
    shown = AdminSplitDateTime().render("at", None, {"id": "id_at"})
    assert '<label for="id_at_0">' in shown
    assert '<label for="id_at_1">' in shown


def test_the_trail_takes_as_many_queries_for_one_as_for_thirty(keeper: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert keeper.get(address("desk_event_changelist")).status_code == 200
        return len(found)

    factories.registered(by=factories.staff())
    keeper.get(address("desk_event_changelist"))
    one = count()
    for _n in range(29):
        factories.registered(by=factories.staff())
    assert count() == one


# -- mail of this machine


@pytest.fixture
def mailbox(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    mail = EmailMultiAlternatives(
        "Uw melding é", "Beste <b>Wil</b>,\nKlik: https://desk.example/x", to=["Wil <wil@zorg.example>"]
    )
    mail.attach_alternative("<p>Beste</p>", "text/html")
    Mailbox(file_path=settings.EMAIL_FILE_PATH).send_messages([mail])
    return tmp_path / "mail"


def test_an_embedded_desk_shows_its_mail_to_the_administrator(keeper: Client, mailbox: Path) -> None:
    shown = keeper.get(address("desk_mailbox")).content.decode()
    assert "Uw melding é" in shown
    (path,) = mailbox.glob("*.eml")
    mail = keeper.get(address("desk_mail", path.name)).content.decode()
    assert "&lt;b&gt;Wil&lt;/b&gt;" in mail
    assert 'href="https://desk.example/x"' in mail


def test_nobody_else_reads_mail(db: None, mailbox: Path) -> None:
    for role in STAFF - {Role.ADMINISTRATOR}:
        assert signed_in(factories.staff(role)).get(address("desk_mailbox")).status_code == 403


def test_a_desk_in_production_has_no_mailbox(keeper: Client, mailbox: Path, settings: Any) -> None:
    settings.EMBEDDED = False
    assert keeper.get(address("desk_mailbox")).status_code == 404
    assert "postbus" not in keeper.get(address("desk_notice_changelist")).content.decode()


@pytest.mark.parametrize("name", ["../secret.eml", "..%2fsecret.eml", "notes.txt", ".eml", "weg.eml"])
def test_only_mails_are_read(keeper: Client, mailbox: Path, name: str) -> None:
    (mailbox.parent / "secret.eml").write_text("Subject: geheim\n\ngeheim")
    (mailbox / "notes.txt").write_text("geheim")
    answer = keeper.get(f"{address('desk_mailbox')}{name}/", follow=True)
    assert "geheim" not in answer.content.decode()
