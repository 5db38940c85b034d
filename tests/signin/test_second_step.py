"""Staff take a second step: nothing opens without one, a code works once, and taking one away is recorded and told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desk import access
from desk.door import NotAllowed
from desk.models import Event, Notice, User
from tests import factories
from tests.portal.reading import said

WORK, SEARCH = reverse("incidents:worklist"), reverse("incidents:search")
pytestmark = pytest.mark.django_db
PASSWORD = "een lang wachtwoord 42"
LOGIN, STEP, SETTING_UP = "/account/login/", "/account/tweede-stap/aanmelden/", "/account/tweede-stap/"


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.STAFF_MFA = True
    cache.clear()
    factories.load_policies()


@pytest.fixture
def sam() -> User:
    return User.objects.create_user("sam@desk.example", PASSWORD, name="Sam de Vries", role="administrator")


def code(secret: str, steps: int = 0) -> str:
    """RFC 6238, by hand."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def signed_in(user: User) -> Client:
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


def set_up(client: Client) -> str:
    """An app on a telephone; its secret."""
    found = re.search(r"<code>([A-Z2-7]{32})</code>", client.get(f"{SETTING_UP}app/").content.decode())
    assert found
    assert client.post(f"{SETTING_UP}app/", {"code": code(found[1])}).status_code == 302
    return found[1]


def test_without_a_second_step_staff_can_do_nothing_but_set_one_up(sam: User) -> None:
    client = signed_in(sam)
    for page in (WORK, "/beheer/", "/beheer/desk/user/", "/account/berichten/", SEARCH):
        assert client.get(page).headers.get("Location") == SETTING_UP, page
    assert client.post("/beheer/desk/user/add/", {}).headers["Location"] == SETTING_UP
    refused = client.get("/api/v1/meldingen/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_step_missing")
    part = client.get(SEARCH, headers={"HX-Request": "true"})
    assert (part.content, part.headers["HX-Redirect"]) == (b"", SETTING_UP)
    assert client.get(SETTING_UP).status_code == 200
    set_up(client)
    assert client.get("/beheer/").status_code == 200
    bearer = {"Authorization": f"Bearer {factories.token('read')}"}
    assert client.get("/api/v1/meldingen/", headers=bearer).status_code == 200


def test_the_first_administrator_of_a_new_desk_is_made_by_hand(
    monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", "--email", "Iris@Desk.example", "--name", "Iris", verbosity=0
    )
    client = signed_in(User.objects.get(email="iris@desk.example"))
    assert client.get("/beheer/").headers["Location"] == SETTING_UP
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    assert Event.objects.filter(case_type="user", verb="add_factor").count() == 2, "the app and its codes"
    assert client.get("/beheer/desk/user/add/").status_code == 200


def test_contacts_have_no_second_step_and_do_not_set_one_up(sam: User) -> None:
    client = Client()
    client.force_login(factories.contact().user)
    assert client.get("/portaal/").status_code == 200
    assert client.get(f"{SETTING_UP}app/").status_code == 403


def test_the_code_of_the_app_lets_in_once_and_a_code_to_fall_back_on_too(sam: User) -> None:
    secret = set_up(signed_in(sam))
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    other = signed_in(sam)
    assert other.get(WORK).headers["Location"].startswith(LOGIN)
    wrong = other.post(STEP, {"code": "000000" if code(secret) != "000000" else "111111"})
    assert "Deze code klopt niet" in said(wrong)
    used = code(secret, 1)
    assert other.post(STEP, {"code": used}).status_code == 302
    assert other.get("/beheer/").status_code == 200

    replayed = signed_in(sam)
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):  # it is still right
        replayed.post(STEP, {"code": f"{used[:3]} {used[3:]}"})
    assert replayed.get("/beheer/").status_code == 302
    fallback = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    replayed.post(STEP, {"code": fallback})
    assert replayed.get("/beheer/").status_code == 200
    again = signed_in(sam)
    again.post(STEP, {"code": fallback})
    assert again.get("/beheer/").status_code == 302


def test_guessing_codes_is_slowed_down(sam: User) -> None:
    secret = set_up(signed_in(sam))
    client = signed_in(sam)
    for guess in range(6):
        client.post(STEP, {"code": f"{guess:06}"})
    client.post(STEP, {"code": code(secret, 1)})
    assert client.get("/beheer/").status_code == 302


def test_taking_it_away_asks_who_you_are_again_and_is_recorded_and_told(
    sam: User, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(sam)
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(client)
    session = client.session
    session["signed_in_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()
    asked = client.post(f"{SETTING_UP}app/uitzetten/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    assert Authenticator.objects.filter(type="totp").exists()
    other_way = f"{SETTING_UP}bevestigen/"
    assert other_way in client.get(asked.headers["Location"]).content.decode()
    client.post(other_way, {"code": code(secret, 1)})
    client.post(f"{SETTING_UP}app/uitzetten/")
    assert not Authenticator.objects.exists()
    assert {"add_factor", "remove_factor"} <= set(sam.events().values_list("verb", flat=True))
    assert set(Notice.objects.values_list("key", "email")) == {("second_step_changed", sam.email)}
    assert client.get("/beheer/").headers["Location"] == SETTING_UP


def test_an_administrator_resets_the_second_step_of_somebody_and_that_ends_their_sessions(sam: User) -> None:
    keeper = signed_in(sam)
    set_up(keeper)
    lost = User.objects.create_user("lia@desk.example", PASSWORD, name="Lia Smit", role="support")
    phone = signed_in(lost)
    set_up(phone)
    assert keeper.post(f"/beheer/desk/user/{lost.pk}/do/reset_factors/").status_code == 302
    assert phone.get(WORK).headers["Location"].startswith(LOGIN)
    lost.refresh_from_db()
    assert not lost.has_usable_password(), "who knows the former one sets up nothing"
    lost.set_password(PASSWORD)
    lost.save()
    assert signed_in(lost).get(WORK).headers["Location"] == SETTING_UP
    event = lost.events().get(verb="reset_factors")
    assert (event.actor, event.data) == (sam, {})
    set_up(signed_in(lost))
    call_command("reset_second_step", "LIA@desk.example")
    assert not Authenticator.objects.filter(user=lost).exists()
    with pytest.raises(NotAllowed):
        access.reset_factors(sam, by=lost, at=event.at)
