"""Where somebody is signed in, ending that, and how long it lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contractants.actions import remove_contact
from desk.models import ApiToken, Session, User
from desk.sessions import handle
from tests import factories
from tests.portal.reading import said

pytestmark = pytest.mark.django_db
PAGE, LOGIN, PASSWORD = "/account/aangemeld/", "/account/login/", "een lang wachtwoord 42"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BY_ITSELF = {"HX-Request": "true", "HX-Trigger": "banner", "HX-Target": "banner"}
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()
    factories.load_policies()


@pytest.fixture
def sam() -> User:
    return User.objects.create_user("sam@desk.example", PASSWORD, name="Sam de Vries", role="administrator")


def signed_in(user: User, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post(LOGIN, {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def key(client: Client) -> str:
    return client.session.session_key or ""


def is_in(client: Client) -> bool:
    return not client.get(PAGE).headers.get("Location", "").startswith(LOGIN)


def test_the_page_tells_where_and_one_or_all_others_are_ended(sam: User) -> None:
    here, there, third = signed_in(sam), signed_in(sam, EDGE, "198.51.100.4"), signed_in(sam)
    other = signed_in(User.objects.create_user("lia@desk.example", PASSWORD, name="Lia"))
    page = said(here.get(PAGE))
    assert "Firefox op Linux" in page
    assert "Edge op Windows" in page
    assert "198.51.100.4" in page
    assert key(there) not in here.get(PAGE).content.decode()
    foreign = {"end": handle(key(other))}
    here.post(PAGE, foreign)
    here.post(PAGE, {"end": handle(key(there))})
    assert [is_in(one) for one in (here, there, third, other)] == [True, False, True, True]
    here.post(PAGE, {"end": "others"})
    assert [is_in(one) for one in (here, third, other)] == [True, False, True]


def test_signing_in_changes_the_key_so_that_none_can_be_planted(sam: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.post(LOGIN, {"login": sam.email, "password": PASSWORD})
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_session_ends_after_lying_unused_and_in_any_case_in_time(sam: User, settings: Any) -> None:
    settings.SESSION_IDLE = timedelta(hours=2)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        busy, idle, polled = signed_in(sam), signed_in(sam), signed_in(sam)
        for hour in range(11):
            clock.shift(timedelta(hours=1))
            assert is_in(busy)
            last = polled.get(reverse("incidents:banner"), headers=BY_ITSELF)
            ended = last.headers.get("HX-Refresh") == "true"
            assert ended == (hour >= 1), "a page that asks for news by itself is no use of it"
        assert not is_in(idle)
        assert not is_in(polled)
        clock.shift(timedelta(hours=1))
        assert not is_in(busy)


def test_a_request_under_way_does_not_bring_back_a_session_that_was_ended(sam: User) -> None:
    client = signed_in(sam)
    store = client.session
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()
    assert not is_in(client)


def test_another_role_a_new_password_and_being_switched_off_end_sessions_and_tokens(sam: User) -> None:
    keeper = signed_in(sam)
    lia = User.objects.create_user("lia@desk.example", PASSWORD, name="Lia", role="product_manager")
    token = factories.token("read", user=lia)
    change, given = (
        f"/beheer/desk/user/{lia.pk}/change/",
        {"email": lia.email, "name": "Lia", "language": "nl"},
    )
    was = signed_in(lia)
    assert keeper.post(change, {**given, "role": "support", "is_active": "on"}).status_code == 302
    assert not is_in(was)
    assert lia.events().get().data == {"fields": ["role"]}

    was = signed_in(lia)
    mine = signed_in(lia)
    new = "nog een lang wachtwoord 43"
    mine.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not is_in(was)

    keeper.post(f"/beheer/desk/user/{lia.pk}/do/end_sessions/")
    assert not Session.objects.filter(user=lia).exists()
    keeper.post(change, {**given, "role": "support"})
    assert not ApiToken.objects.filter(user=lia).exists()
    assert Client(HTTP_AUTHORIZATION=f"Bearer {token}").get("/api/v1/meldingen/").status_code == 401


def test_a_right_that_is_lost_is_lost_at_the_next_request(sam: User) -> None:
    client = signed_in(sam)
    assert client.get("/beheer/desk/user/").status_code == 200
    User.objects.filter(pk=sam.pk).update(role="support")
    assert client.get("/beheer/desk/user/").status_code == 403


def test_a_contact_who_leaves_is_out_everywhere(client: Client) -> None:
    noor = factories.contact()
    client.force_login(noor.user)
    remove_contact(noor, by=None, at=timezone.now())
    assert not Session.objects.filter(user=noor.user).exists()
    assert not is_in(client)
