"""Signing in: a code by mail, nothing told to strangers, and out at once when the registration ends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contractants.models import Contact
from desk.models import Notice, User
from desk.notices import deliver
from tests import factories
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
LOGIN, ASK, CONFIRM = "/account/login/", "/account/login/code/", "/account/login/code/confirm/"
PASSWORD = "een lang wachtwoord 42"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()
    factories.load_policies()


def ask_code(client: Client, email: str) -> Any:
    return client.post(ASK, {"email": email}, follow=True)


def code_from_mail() -> str:
    deliver(timezone.now())
    found = re.search(r"^\s*([A-Z0-9-]{6,12})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def sign_in(client: Client, email: str) -> Any:
    ask_code(client, email)
    return client.post(CONFIRM, {"code": code_from_mail()})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("incidents:portal")).headers.get("Location", "").startswith(LOGIN) is False


def test_a_contact_signs_in_with_a_code_from_the_mail(client: Client) -> None:
    noor = factories.contact()
    before = client.session.session_key
    assert sign_in(client, noor.user.email).status_code == 302
    assert is_signed_in(client)
    assert client.session.session_key != before


def test_a_wrong_code_does_not_let_in_and_three_end_the_attempt(client: Client) -> None:
    ask_code(client, factories.contact().user.email)
    for _time in range(3):
        client.post(CONFIRM, {"code": "AAAAAA"})
    client.post(CONFIRM, {"code": code_from_mail()})
    assert not is_signed_in(client)


def test_a_code_works_once(client: Client) -> None:
    noor = factories.contact()
    sign_in(client, noor.user.email)
    code = code_from_mail()
    other = Client()
    ask_code(other, noor.user.email)
    other.post(CONFIRM, {"code": code})
    assert not is_signed_in(other)


def unwelcome(kind: str) -> str:
    noor = factories.contact(user__email="noor@linde.example")
    match kind:
        case "inactive contact":
            Contact.objects.update(is_active=False)
        case "inactive user":
            User.objects.filter(pk=noor.user.pk).update(is_active=False)
        case "contact without registration":
            Contact.objects.all().delete()
        case "machine":
            User.objects.filter(pk=noor.user.pk).update(role="machine")
    return "noor@linde.example"


KINDS = ["inactive contact", "inactive user", "contact without registration", "machine"]


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_not_come_in_is_told_what_a_stranger_is_told(client: Client, kind: str) -> None:
    email = unwelcome(kind)
    told = said(ask_code(client, email)).replace(email, "")
    assert told == said(ask_code(Client(), "niemand@linde.example")).replace("niemand@linde.example", "")
    assert told == said(
        ask_code(Client(), factories.contact(user__email="wel@linde.example").user.email)
    ).replace("wel@linde.example", "")
    assert set(Notice.objects.values_list("email", flat=True)) == {"wel@linde.example"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_does_not_let_in_who_may_not_come_in(client: Client, kind: str) -> None:
    email = unwelcome(kind)
    user = User.objects.get(email=email)
    user.set_password(PASSWORD)
    user.save()
    client.post(LOGIN, {"login": email, "password": PASSWORD})
    assert not is_signed_in(client)


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_ends_at_once_when_its_owner_is_switched_off(client: Client, kind: str) -> None:
    noor = factories.contact(user__email="eerst@linde.example")
    client.force_login(noor.user)
    assert is_signed_in(client)
    match kind:
        case "inactive contact":
            Contact.objects.filter(pk=noor.pk).update(is_active=False)
        case "inactive user":
            User.objects.filter(pk=noor.user.pk).update(is_active=False)
        case "contact without registration":
            Contact.objects.filter(pk=noor.pk).delete()
        case _:
            User.objects.filter(pk=noor.user.pk).update(role="machine")
    assert not is_signed_in(client)


def test_staff_sign_in_with_a_password(client: Client) -> None:
    sam = User.objects.create_user("sam@desk.example", PASSWORD, name="Sam de Vries")
    assert said(client.post(LOGIN, {"login": sam.email, "password": "onjuist"})) == said(
        Client().post(LOGIN, {"login": "niemand@desk.example", "password": "onjuist"})
    ).replace("niemand@desk.example", sam.email)
    assert client.post(LOGIN, {"login": sam.email, "password": PASSWORD}).status_code == 302
    assert client.get(reverse("incidents:portal"))["Location"] == reverse("incidents:worklist")


def test_signing_out_takes_a_post(client: Client) -> None:
    client.force_login(factories.contact().user)
    client.get("/account/logout/")
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert not is_signed_in(client)


def test_nobody_registers_themselves_or_changes_their_address(client: Client) -> None:
    client.post(
        "/account/signup/", {"email": "nieuw@linde.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="nieuw@linde.example").exists()
    client.force_login(factories.contact().user)
    assert client.get("/account/email/").status_code == 404


def test_pages_come_in_the_language_of_who_signed_in_and_a_choice_is_kept(client: Client) -> None:
    noor = factories.contact(user__language="en")
    sign_in(client, noor.user.email)
    assert client.cookies["django_language"].value == "en"
    client.post(reverse("set_language"), {"language": "nl", "next": "/"})
    noor.user.refresh_from_db()
    assert noor.user.language == "nl"


def test_a_link_to_reset_a_password_starts_with_the_configured_address(client: Client, settings: Any) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://desk.example", ["kwaad.example", "testserver"]
    sam = User.objects.create_user("sam@desk.example", PASSWORD, name="Sam de Vries")
    client.post("/account/password/reset/", {"email": sam.email}, HTTP_HOST="kwaad.example")
    deliver(timezone.now())
    assert "https://desk.example/account/password/reset/key/" in mail.outbox[-1].body
    assert "kwaad.example" not in mail.outbox[-1].body


def test_a_contact_gets_no_password_to_reset(client: Client) -> None:
    client.post("/account/password/reset/", {"email": factories.contact().user.email})
    assert not Notice.objects.exists()


def test_guessing_passwords_is_slowed_down(client: Client) -> None:
    User.objects.create_user("sam@desk.example", PASSWORD, name="Sam de Vries")
    for _time in range(12):
        client.post(LOGIN, {"login": "sam@desk.example", "password": "onjuist"})
    client.post(LOGIN, {"login": "sam@desk.example", "password": PASSWORD})
    assert not is_signed_in(client)


def test_the_admin_has_no_way_in_of_its_own(client: Client) -> None:
    assert client.get("/beheer/login/")["Location"].startswith(LOGIN)
    client.force_login(factories.contact().user)
    assert client.get("/beheer/login/").status_code == 403
