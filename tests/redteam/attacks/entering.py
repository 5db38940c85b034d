"""Ways in that are over, or were never there."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import time_machine
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone
from django.utils.http import int_to_base36

from contractants.models import Contact
from desk.models import ApiToken, Notice, User
from desk.notices import deliver
from incidents.models import Melding
from tests import factories
from tests.portal.reading import said
from tests.redteam.scene import Delivery, Record, Scene, attack

JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


@attack(Record("incidents:portal"))
def a_session_after_its_owner_left(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.get("/portaal/").status_code == 200
    Contact.objects.filter(pk=s.noor.pk).update(is_active=False)
    assert client.get("/portaal/").status_code == 302


@attack(Record("admin:desk_user_changelist", "support"))
def a_session_after_its_owner_lost_a_role(s: Scene) -> None:
    keeper = factories.staff("administrator")
    client = s.of(keeper)
    assert client.get("/beheer/desk/user/").status_code == 200
    User.objects.filter(pk=keeper.pk).update(role="support")
    assert client.get("/beheer/desk/user/").status_code == 403


@attack(Record("incidents:portal"))
def a_session_fixed_beforehand(s: Scene) -> None:
    client = s.of()
    client.cookies["sessionid"] = fixed = "a" * 32
    client.post("/account/login/code/", {"email": s.noor.user.email})
    assert client.cookies["sessionid"].value != fixed
    assert Client(headers={"Cookie": f"sessionid={fixed}"}).get("/portaal/").status_code == 302


@attack(Record("reply", "noor", "melding"))
def a_form_of_another_site(s: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(s.noor.user)
    assert client.post(s.portal + "reply/", {"body": "x"}).status_code == 403
    token = client.get(s.portal).context["csrf_token"]
    given = {"body": "x", "csrfmiddlewaretoken": str(token)}
    assert client.post(s.portal + "reply/", given, HTTP_ORIGIN="https://kwaad.example").status_code == 403


@attack(Record("account_login"))
def signing_somebody_in_from_another_site(s: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/login/", {"login": s.sam.email, "password": PASSWORD}).status_code == 403


@attack(Record("api:messages", number="melding"))
def a_session_used_by_a_script_of_another_site_in_the_api(s: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(s.noor.user)
    assert (
        client.post(
            s.json + "messages/", '{"body": "x"}', JSON, HTTP_ORIGIN="https://kwaad.example"
        ).status_code
        == 403
    )


@attack(Record("api:messages", "machine", "melding"), Record("api:melding", "machine", "melding"))
def a_token_that_may_do_less(s: Scene) -> None:
    assert s.api(ApiToken.Scope.READ).post(s.json + "messages/", '{"body": "x"}', JSON).status_code == 403
    assert s.api(ApiToken.Scope.MONITORING).get(s.json).status_code == 403


@attack(Delivery("ander"))
def a_token_of_one_source_speaks_as_another(s: Scene) -> None:
    event = {"routing_key": "x", "event_action": "trigger", "dedup_key": "a", "source": "ander", "payload": {"summary": "Storing", "severity": "critical", "source": "ander"}}  # fmt: skip
    for name in ("bron-een", "bron-twee"):
        sender = s.api(ApiToken.Scope.MONITORING, name=name)
        assert sender.post("/api/v1/monitoring/events/", json.dumps(event), JSON).status_code in (200, 202)
    assert Melding.objects.filter(channel="monitoring").count() == 2, (
        "the key of one is not the key of the other"
    )


@attack(Record("api:melding", number="melding"))
def a_token_that_was_guessed_or_has_expired(s: Scene) -> None:
    client = s.api()
    ApiToken.objects.update(expiry=timezone.now() - timedelta(days=1))
    assert client.get(s.json).status_code == 401
    assert Client(HTTP_AUTHORIZATION="Bearer " + "a" * 64).get(s.json).status_code == 401


def reported(client: Client) -> str:
    given = {
        "name": "Noor", "email": "onbekend@linde.example", "kind": "incident", "subject": "x", "description": "y", "impact": "medium",
        "urgency": "high", "affected_users": "6", "first_seen_at": "2026-04-23T11:40", "reproducible": "yes",
    }  # fmt: skip
    client.post("/melden/", given)
    deliver(timezone.now())
    found = re.search(
        r"http://testserver(/melden/bevestigen/\S+)", " ".join(str(one.body) for one in outbox.outbox)
    )
    assert found
    return found[1]


@attack(Record("incidents:confirm", result="done"))
def a_link_to_confirm_is_used_again(s: Scene) -> None:
    link = reported(s.of())
    for _time in range(3):
        s.of().post(link)
    assert Melding.objects.exclude(pk=s.melding.pk).count() == 1


@attack(Record("incidents:confirm"))
def a_link_to_confirm_that_is_guessed(s: Scene) -> None:
    reported(s.of())
    assert s.of().post("/melden/bevestigen/" + "a" * 43 + "/").status_code == 404
    assert Melding.objects.count() == 1


def reset_link(s: Scene) -> str:
    """The address that the mail to `sam` names."""
    s.of().post("/account/password/reset/", {"email": s.sam.email})
    deliver(timezone.now())
    (found,) = re.findall(
        r"http://testserver(/account/password/reset/key/\S+)",
        " ".join(str(one.body) for one in outbox.outbox),
    )
    return str(found)


def chosen(s: Scene, link: str, password: str) -> bool:
    """Whether `password` is that of `sam` after a stranger followed `link` and chose it."""
    client = s.of()
    answer = client.get(link)
    to = answer.headers.get("Location", link)
    assert answer.status_code == 200 or link.split("-", 1)[1] not in to, (
        "no key in an address that a Referer could tell"
    )
    client.post(to, {"password1": password, "password2": password})
    s.sam.refresh_from_db()
    return s.sam.check_password(password)


RESET = Record("account_reset_password_from_key", result="failed")


@attack(RESET)
def a_link_to_reset_a_password_is_used_again(s: Scene) -> None:
    link = reset_link(s)
    assert chosen(s, link, PASSWORD)
    assert not chosen(s, link, PASSWORD + "!")


@attack(RESET)
def a_link_to_reset_a_password_is_used_a_day_later(s: Scene) -> None:
    link, now = (
        reset_link(s),
        timezone.now().timestamp(),
    )  # a number: a moment would set the clock to its own zone
    with time_machine.travel(now + 24 * 3600 + 60):
        assert not chosen(s, link, PASSWORD)
    with time_machine.travel(now + 23 * 3600):
        assert chosen(s, link, PASSWORD)


@attack(RESET)
def a_link_to_reset_a_password_is_used_for_another(s: Scene) -> None:
    other = factories.staff()
    link = reset_link(s)
    key = link.split("-", 1)[1]
    assert not chosen(s, f"/account/password/reset/key/{int_to_base36(other.pk)}-{key}", PASSWORD)
    other.refresh_from_db()
    assert not other.check_password(PASSWORD)
    assert chosen(s, link, PASSWORD)


@attack(Record("sign_in", result="failed"))
def who_is_known_here(s: Scene) -> None:
    """The same words and status for an address that is known and one that is not."""
    known, unknown = s.noor.user.email, "niemand@nergens.example"
    for address, name in (("/account/login/code/", "email"), ("/account/password/reset/", "email")):
        answers = [s.of().post(address, {name: email}) for email in (known, unknown)]
        assert (
            len({(one.status_code, said(one).replace(known, "").replace(unknown, "")) for one in answers})
            == 1
        )
    answers = [
        s.of().post("/account/login/", {"login": email, "password": "onjuist"})
        for email in (s.sam.email, unknown)
    ]
    assert (
        len({(one.status_code, said(one).replace(s.sam.email, "").replace(unknown, "")) for one in answers})
        == 1
    )


def signed_in_by(s: Scene, user: User, password: str) -> bool:
    client = s.of()
    client.post("/account/login/", {"login": user.email, "password": password})
    return client.get("/meldingen/").status_code == 200


@attack(Record("sign_in", result="failed"), Record("account_login", result="failed"))
def guessing_passwords(s: Scene) -> None:
    """After five of them the right one opens nothing either, and who does not guess is not kept out."""
    other = factories.staff()
    for user in (s.sam, other):
        user.set_password(PASSWORD)
        user.save()
    for _time in range(5):
        assert not signed_in_by(s, s.sam, "onjuist")
    assert not signed_in_by(s, s.sam, PASSWORD)
    assert signed_in_by(s, other, PASSWORD)


@attack(Record("sign_in", result="failed"), Record("account_login", result="failed"))
def guessing_whose_password_it_is(s: Scene) -> None:
    """One password for many addresses, from one place."""
    s.sam.set_password(PASSWORD)
    s.sam.save()
    for number in range(10):
        s.of().post("/account/login/", {"login": f"n{number}@mdodesk.example", "password": PASSWORD})
    assert not signed_in_by(s, s.sam, PASSWORD)


@attack(Record("incidents:worklist"))
def a_session_after_signing_out(s: Scene) -> None:
    client = s.of(s.sam)
    kept = Client(headers={"Cookie": f"sessionid={client.cookies['sessionid'].value}"})
    assert kept.get("/meldingen/").status_code == 200
    client.post("/account/logout/")
    assert kept.get("/meldingen/").status_code == 302


@attack(Record("incidents:worklist"))
def a_session_after_its_owner_chose_another_password(s: Scene) -> None:
    s.sam.set_password(PASSWORD)
    s.sam.save()
    here, elsewhere = s.of(s.sam), s.of(s.sam)
    given = {"oldpassword": PASSWORD, "password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    assert here.post("/account/password/change/", given).status_code == 302
    s.sam.refresh_from_db()
    assert s.sam.check_password(PASSWORD + "!")
    assert elsewhere.get("/meldingen/").status_code == 302


@attack(Record("account_request_login_code", result="failed"))
def a_homoglyph_of_an_address(s: Scene) -> None:
    twin = s.noor.user.email.replace("c", "с", 1)  # Cyrillic
    s.of().post("/account/login/code/", {"email": twin})
    assert not Notice.objects.filter(email=s.noor.user.email, key__contains="code").exists()
