"""Ways in that are over, or were never there."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from django.contrib.auth.tokens import default_token_generator
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from contractants.models import Contact
from desk.models import ApiToken, Notice, User
from desk.notices import deliver
from incidents.models import Melding
from tests import factories
from tests.portal.reading import said
from tests.redteam.scene import LINE, RECORDED, REFUSED, Scene, attack

UNKNOWN = "M26-99999"
JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


@attack(REFUSED)
def a_session_after_its_owner_left(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.get("/portaal/").status_code == 200
    Contact.objects.filter(pk=s.noor.pk).update(is_active=False)
    assert client.get("/portaal/").status_code == 302


@attack(REFUSED)
def a_session_after_its_owner_lost_a_role(s: Scene) -> None:
    keeper = factories.staff("administrator")
    client = s.of(keeper)
    assert client.get("/beheer/desk/user/").status_code == 200
    User.objects.filter(pk=keeper.pk).update(role="support")
    assert client.get("/beheer/desk/user/").status_code == 403


@attack(REFUSED)
def a_session_fixed_beforehand(s: Scene) -> None:
    client = s.of()
    client.cookies["sessionid"] = fixed = "a" * 32
    client.post("/account/login/code/", {"email": s.noor.user.email})
    assert client.cookies["sessionid"].value != fixed
    assert Client(headers={"Cookie": f"sessionid={fixed}"}).get("/portaal/").status_code == 302


@attack(REFUSED)
def a_form_of_another_site(s: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(s.noor.user)
    assert client.post(s.portal + "reply/", {"body": "x"}).status_code == 403
    token = client.get(s.portal).context["csrf_token"]
    given = {"body": "x", "csrfmiddlewaretoken": str(token)}
    assert client.post(s.portal + "reply/", given, HTTP_ORIGIN="https://kwaad.example").status_code == 403


@attack(REFUSED)
def signing_somebody_in_from_another_site(s: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/login/", {"login": s.sam.email, "password": PASSWORD}).status_code == 403


@attack(REFUSED)
def a_session_used_by_a_script_of_another_site_in_the_api(s: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(s.noor.user)
    assert (
        client.post(
            s.json + "messages/", '{"body": "x"}', JSON, HTTP_ORIGIN="https://kwaad.example"
        ).status_code
        == 403
    )


@attack(REFUSED)
def a_token_that_may_do_less(s: Scene) -> None:
    assert s.api(ApiToken.Scope.READ).post(s.json + "messages/", '{"body": "x"}', JSON).status_code == 403
    assert s.api(ApiToken.Scope.MONITORING).get(s.json).status_code == 403


@attack(RECORDED)
def a_token_of_one_source_speaks_as_another(s: Scene) -> None:
    event = {"routing_key": "x", "event_action": "trigger", "dedup_key": "a", "source": "ander", "payload": {"summary": "Storing", "severity": "critical", "source": "ander"}}  # fmt: skip
    for name in ("bron-een", "bron-twee"):
        sender = s.api(ApiToken.Scope.MONITORING, name=name)
        assert sender.post("/api/v1/monitoring/events/", json.dumps(event), JSON).status_code in (200, 202)
    assert Melding.objects.filter(channel="monitoring").count() == 2, (
        "the key of one is not the key of the other"
    )


@attack(REFUSED)
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


@attack(RECORDED)
def a_link_to_confirm_is_used_again(s: Scene) -> None:
    link = reported(s.of())
    for _time in range(3):
        s.of().post(link)
    assert Melding.objects.exclude(pk=s.melding.pk).count() == 1


@attack(LINE)
def a_link_to_confirm_that_is_guessed(s: Scene) -> None:
    reported(s.of())
    assert s.of().post("/melden/bevestigen/" + "a" * 43 + "/").status_code == 404
    assert Melding.objects.count() == 1


@attack(REFUSED)
def a_link_to_reset_a_password_is_used_again_or_for_another(s: Scene) -> None:
    s.sam.set_password(PASSWORD)
    s.sam.save()
    key = default_token_generator.make_token(s.sam)
    s.sam.set_password(PASSWORD + "!")
    s.sam.save()
    assert not default_token_generator.check_token(s.sam, key)
    assert not default_token_generator.check_token(factories.staff(), key)
    s.of().post("/account/login/", {"login": s.sam.email, "password": PASSWORD})


@attack(REFUSED)
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


@attack(REFUSED)
def guessing_passwords(s: Scene) -> None:
    for _time in range(12):
        last = s.of().post("/account/login/", {"login": s.sam.email, "password": "onjuist"})
    assert last.status_code in (200, 429)


@attack(RECORDED)
def a_homoglyph_of_an_address(s: Scene) -> None:
    twin = s.noor.user.email.replace("c", "с", 1)  # Cyrillic
    s.of().post("/account/login/code/", {"email": twin})
    assert not Notice.objects.filter(email=s.noor.user.email, key__contains="code").exists()
