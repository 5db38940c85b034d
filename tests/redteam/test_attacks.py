"""Attacks on the running desk: each is refused, and each leaves a trace.

What else of the kind is tried in more depth: addresses of webhooks in `tests/webhooks/test_sending.py`, files in
`tests/files/test_uploads.py`, mail in `tests/mail`, every address by strangers in `tests/gate`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail as outbox
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Max
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contractants.models import Contact
from desk.mail import intake
from desk.models import ApiToken, InboundMail, Notice, User, WebhookEndpoint
from desk.models.audit import AuditRecord
from desk.notices import deliver
from incidents.actions import mail
from incidents.models import Melding, Message
from tests import factories
from tests.factories import MOMENT
from tests.mail.shapes import lines
from tests.pictures import bomb
from tests.portal.reading import said
from tests.redteam.scene import LINE, RECORDED, REFUSED, Attack, Scene, scene, traces

pytestmark = pytest.mark.django_db
ATTACKS: list[Any] = []
UNKNOWN = "M26-99999"
JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


def attack(trace: str) -> Any:
    """An attack that leaves `trace`."""

    def add(tried: Attack) -> Attack:
        ATTACKS.append(pytest.param(tried, trace, id=tried.__name__.replace("_", " ")))
        return tried

    return add


class Listener(logging.Handler):
    def __init__(self, into: list[logging.LogRecord]) -> None:
        super().__init__()
        self.into = into

    def emit(self, record: logging.LogRecord) -> None:
        self.into.append(record)


@pytest.fixture
def stage(db: None) -> Iterator[Scene]:
    cache.clear()
    made = scene()
    listener, loggers = (
        Listener(made.lines),
        [logging.getLogger(name) for name in ("django", "desk", "incidents")],
    )
    for logger in loggers:
        logger.addHandler(listener)
    yield made
    for logger in loggers:
        logger.removeHandler(listener)


def test_there_are_forty() -> None:
    assert len(ATTACKS) >= 40


# --- Who may see what


def same_as_unknown(client: Client, address: str, number: str) -> None:
    """A foreign one and one that is not there cannot be told apart: by status, text, size or headers."""
    there, nowhere = client.get(address), client.get(address.replace(number, UNKNOWN))
    assert there.status_code == nowhere.status_code == 404
    assert said(there).replace(number, "") == said(nowhere).replace(UNKNOWN, "")
    volatile = {"Set-Cookie", "Content-Length"}
    assert {k: v for k, v in there.headers.items() if k not in volatile} == {
        k: v for k, v in nowhere.headers.items() if k not in volatile
    }


@attack(REFUSED)
def a_foreign_number_in_the_portal(s: Scene) -> None:
    same_as_unknown(s.of(s.stranger.user), s.portal, s.melding.number)


@attack(REFUSED)
def a_foreign_number_in_the_api(s: Scene) -> None:
    for tail in ("", "messages/", "clocks/", "attachments/"):
        same_as_unknown(s.of(s.stranger.user), s.json + tail, s.melding.number)


@attack(REFUSED)
def a_foreign_file_by_its_address(s: Scene) -> None:
    assert s.of(s.stranger.user).get(s.file).status_code == 404


@attack(REFUSED)
def a_foreign_file_under_an_own_number(s: Scene) -> None:
    own = factories.registered(contact=s.stranger, channel="portal")
    address = f"/api/v1/meldingen/{own.number}/attachments/{s.file.split('/')[2]}/"
    assert s.of(s.stranger.user).get(address).status_code == 404


@attack(RECORDED)
def searching_for_words_of_another(s: Scene) -> None:
    client = s.of(s.stranger.user)
    for address in ("/portaal/?q=GEHEIM", "/api/v1/meldingen/?search=GEHEIM"):
        assert s.melding.number not in client.get(address).content.decode()


@attack(REFUSED)
def writing_on_what_is_foreign(s: Scene) -> None:
    assert s.of(s.stranger.user).post(s.portal + "reply/", {"body": "binnen"}).status_code == 404
    assert not Message.objects.filter(body="binnen").exists()


@attack(REFUSED)
def a_contact_on_the_pages_of_staff(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert [client.get(address).status_code for address in ("/meldingen/", "/beheer/", "/dienst/")] == [
        403,
        302,
        403,
    ]
    assert "GEHEIM notitie" not in client.get(s.portal).content.decode()


@attack(REFUSED)
def a_contact_does_what_staff_do(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.post(s.json + "resolve/", '{"solution": "x", "how": "told"}', JSON).status_code == 403
    assert client.post(s.page + "do/resolve/", {"solution": "x"}).status_code == 403


@attack(REFUSED)
def reading_beheer_as_the_supportafdeling(s: Scene) -> None:
    client = s.of(s.sam)
    assert client.get("/beheer/desk/user/").status_code == 403
    assert client.get("/beheer/desk/apitoken/").status_code == 403


@attack(REFUSED)
def beheer_names_an_object_by_its_type_and_id(s: Scene) -> None:
    assert s.of(s.stranger.user).get(f"/beheer/r/12/{s.melding.pk}/").status_code == 404


@attack(REFUSED)
def suggestions_of_names_to_a_contact(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.get("/meldingen/nieuw/bellers/?caller=Contact").status_code == 403
    asked = client.get(
        "/beheer/autocomplete/?app_label=incidents&model_name=melding&field_name=contact&term=a"
    )
    assert asked.status_code in (302, 403, 404)


# --- What is given


@attack(REFUSED)
def more_fields_than_there_are(s: Scene) -> None:
    """Mass assignment: what a caller may not decide, it cannot say."""
    body = {
        "kind": "question", "subject": "x", "description": "y", "priority": 1, "state": "closed", "number": "M26-00099",
        "contractant": s.noor.contractant_id, "is_staff": True, "received_at": "2020-01-01T00:00:00Z", "assignee": s.sam.pk,
    }  # fmt: skip
    s.of(s.stranger.user).post("/api/v1/meldingen/", json.dumps(body), JSON)
    made = Melding.objects.exclude(pk=s.melding.pk).first()
    assert made is None or (made.contractant, made.state, made.assignee) == (
        s.stranger.contractant,
        "new",
        None,
    )
    assert s.of(s.stranger.user).get(s.json).status_code == 404


@attack(REFUSED)
def the_state_is_posted_in_the_form_of_beheer(s: Scene) -> None:
    s.of(s.sam).post(f"/beheer/incidents/melding/{s.melding.pk}/change/", {"state": "closed", "subject": "x"})
    s.melding.refresh_from_db()
    assert (s.melding.state, s.melding.subject) == ("received", "GEHEIM onderwerp")
    assert s.of(s.stranger.user).post(f"/beheer/incidents/melding/{s.melding.pk}/change/").status_code != 200


@attack(REFUSED)
def sorting_and_filtering_by_columns_of_others(s: Scene) -> None:
    client = s.api(ApiToken.Scope.READ)
    for query in (
        "ordering=assignee__password",
        "assignee__password__startswith=a",
        "contractant__name__regex=^G",
        "ordering=-pk;--",
    ):
        assert client.get(f"/api/v1/meldingen/?{query}").status_code == 400
    for query in ("sort=assignee__password", "assignee__password=a", "view=%27--", "page=__proto__"):
        assert s.of(s.sam).get(f"/meldingen/?{query}").status_code < 500


@attack(RECORDED)
def searching_with_what_a_database_would_read(s: Scene) -> None:
    client = s.of(s.sam)
    for words in ("' OR 1=1 --", ":*!&|", "a OR " * 1000, "%", "\\", "(" * 5000, "x\x00y", "a" * 10_000):
        assert client.get("/zoeken/", {"q": words}).status_code in (200, 400, 422)


@attack(RECORDED)
def json_that_says_the_same_twice(s: Scene) -> None:
    """The last one counts, everywhere alike, and is judged."""
    answer = s.of(s.noor.user).post(
        s.json + "messages/", '{"visibility": "public", "visibility": "internal", "body": "x"}', JSON
    )
    assert answer.status_code == 403


@attack(REFUSED)
def json_that_is_deep_or_odd(s: Scene) -> None:
    client = s.of(s.noor.user)
    for body in (
        "[" * 100_000,
        '{"body": NaN}',
        "\x00",
        '{"body": {"$ne": null}}',
        "[]",
        "null",
        '"x"',
    ):
        assert client.post(s.json + "messages/", body, JSON).status_code == 400


@attack(REFUSED)
def a_method_in_a_header_or_a_field(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.post(s.json, "{}", JSON, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE").status_code == 405
    assert client.post(s.json + "?_method=PATCH", "{}", JSON).status_code == 405
    assert client.delete(s.json).status_code == 405


@attack(REFUSED)
def a_step_that_the_state_does_not_admit(s: Scene) -> None:
    client = s.api()
    assert client.post(s.json + "accept/", "{}", JSON).status_code in (403, 409)
    assert client.post(s.json + "reopen/", '{"reason": "x"}', JSON).status_code == 409


@attack(REFUSED)
def a_page_that_is_stale(s: Scene) -> None:
    client = s.api()
    client.post(s.json + "pick_up/", "{}", JSON)
    assert client.post(s.json + "contacted/", "{}", JSON, HTTP_IF_MATCH='"1"').status_code == 412


@attack(REFUSED)
def a_key_used_again_with_another_body(s: Scene) -> None:
    client = s.api()
    answers = [
        client.post(s.json + "messages/", f'{{"body": "{n}"}}', JSON, HTTP_IDEMPOTENCY_KEY="k")
        for n in (1, 2)
    ]
    assert [answer.status_code for answer in answers] == [201, 422]


@attack(REFUSED)
def a_path_that_climbs(s: Scene) -> None:
    client = s.of(s.sam)
    for path in (
        "/static/../mdo_desk/settings.py",
        "/static/%2e%2e/manage.py",
        "/bijlagen/..%2f..%2fsecret_key/",
        "/beheer/desk/postbus/../../secret_key",
    ):
        assert client.get(path).status_code in (302, 404)


# --- Files


def sends(s: Scene, name: str, content: bytes) -> Any:
    given = {"body": "Zie bijlage.", "files": SimpleUploadedFile(name, content), "images_masked": "on"}
    answer = s.of(s.noor.user).post(s.portal + "reply/", given)
    assert (answer.status_code, Message.objects.filter(body="Zie bijlage.").exists()) == (422, False)
    return answer


@attack(REFUSED)
def a_picture_that_unpacks_to_gigabytes(s: Scene) -> None:
    assert "miljoen beeldpunten" in sends(s, "foto.png", bomb()).content.decode()


@attack(REFUSED)
def a_picture_that_is_a_script(s: Scene) -> None:
    sends(s, "foto.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")


@attack(REFUSED)
def a_page_named_as_a_text(s: Scene) -> None:
    sends(s, "log.txt", b"<script>alert(1)</script>")


@attack(REFUSED)
def an_archive(s: Scene) -> None:
    sends(s, "bom.zip", b"PK\x03\x04" + b"\0" * 200)


@attack(REFUSED)
def an_office_file_with_macros(s: Scene) -> None:
    sends(s, "factuur.docm", b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml" + b"\0" * 64)


@attack(RECORDED)
def a_file_shown_instead_of_downloaded(s: Scene) -> None:
    answer = s.of(s.noor.user).get(s.file)
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )


# --- Sessions, tokens, links


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
    assert s.of(s.noor.user).get("/portaal/").status_code == 200


@attack(REFUSED)
def a_token_that_was_guessed_or_has_expired(s: Scene) -> None:
    client = s.api()
    ApiToken.objects.update(expiry=timezone.now() - timedelta(days=1))
    assert client.get(s.json).status_code == 401
    assert Client(HTTP_AUTHORIZATION="Bearer " + "a" * 64).get(s.json).status_code == 401
    s.of(s.stranger.user).get(s.json)


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


@attack(REFUSED)
def a_homoglyph_of_an_address(s: Scene) -> None:
    twin = s.noor.user.email.replace("c", "с", 1)  # Cyrillic
    s.of().post("/account/login/code/", {"email": twin})
    assert not Notice.objects.filter(email=s.noor.user.email, key__contains="code").exists()
    s.of(s.stranger.user).get(s.portal)


# --- The connection


@attack(LINE)
def another_host(s: Scene) -> None:
    assert s.of().get("/start/", HTTP_HOST="kwaad.example").status_code == 400


@attack(RECORDED)
def headers_of_a_proxy_that_is_not_there(s: Scene) -> None:
    """They change neither the host, nor the scheme, nor the address that is written down."""
    spoofed = {"HTTP_X_FORWARDED_HOST": "kwaad.example", "HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_X_REMOTE_USER": s.sam.email, "HTTP_X_FORWARDED_PROTO": "https"}  # fmt: skip
    answer = s.of(s.noor.user).get(s.portal, **spoofed)
    assert "kwaad.example" not in answer.content.decode()
    assert not answer.wsgi_request.is_secure()
    assert s.of().get(s.page, **spoofed).status_code == 302
    assert set(AuditRecord.objects.exclude(address=None).values_list("address", flat=True)) == {"127.0.0.1"}


@attack(LINE)
def a_body_without_end(s: Scene) -> None:
    for content_type in (JSON, "text/plain"):
        assert s.of().post("/api/v1/meldingen/", b"x" * 2_600_000, content_type).status_code == 413


@attack(LINE)
def a_thousand_fields(s: Scene) -> None:
    assert s.of().post("/melden/", {f"veld{n}": "x" for n in range(1500)}).status_code == 400


@attack(REFUSED)
def on_to_another_site(s: Scene) -> None:
    """Open redirects: after signing in, out, or choosing a language."""
    s.sam.set_password(PASSWORD)
    s.sam.save()
    for to in (
        "https://kwaad.example/",
        "//kwaad.example",
        "\\\\kwaad.example",
        "javascript:alert(1)",
        "https:kwaad.example",
        "/\\kwaad.example",
    ):
        for address, given in (("/account/login/", {"login": s.sam.email, "password": PASSWORD}), ("/taal/setlang/", {"language": "nl"}), ("/account/logout/", {})):  # fmt: skip
            answer = s.of(s.sam if "logout" in address else None).post(address, {**given, "next": to})
            assert "kwaad" not in answer.headers.get("Location", "")
            assert "javascript" not in answer.headers.get("Location", "")
    s.of(s.stranger.user).get(s.portal)


@attack(REFUSED)
def a_page_in_the_frame_of_another_or_kept_by_a_cache(s: Scene) -> None:
    """Clickjacking, cache deception, and whoever sits down at a shared screen."""
    client = s.of(s.noor.user)
    for address in (s.portal, s.portal + "x.css", "/portaal/", s.json, s.file, "/account/logout/"):
        answer = client.get(address)
        assert (
            answer["Cache-Control"].startswith(("private, no-store", "max-age=0"))
            or "no-store" in answer["Cache-Control"]
        )
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert (answer["Cross-Origin-Resource-Policy"], answer["Cross-Origin-Opener-Policy"]) == (
            "same-origin",
            "same-origin",
        )
        assert "camera=()" in answer["Permissions-Policy"]
    assert client.get(s.portal + "x.css").status_code == 404


# --- What the desk sends and what it is sent


@attack(REFUSED)
def a_text_of_a_notice_that_reaches_into_the_desk(s: Scene) -> None:
    client, address = (
        s.of(factories.staff("administrator")),
        reverse("admin:desk_notice_text", args=["melding_resolved", "nl"]),
    )
    for text in (
        "{{ number.__class__ }}",
        "{% include 'x' %}",
        "{% load static %}",
        "{{ settings.SECRET_KEY }}",
        "{% debug %}",
    ):
        given = {"subject": "Klaar", "body": "{{ message }}" + text, "do": "save"}
        assert client.post(address, given).status_code == 422


@attack(LINE)
def a_webhook_into_our_own_network(s: Scene) -> None:
    from desk.webhooks.sending import post

    for url in (
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://0177.1/",
        "https://[::ffff:10.0.0.1]/",
        "http://example.nl/",
        "https://localhost/",
    ):
        answer = post(url, b"{}", {})
        assert (answer.status, bool(answer.error)) == (None, True)
    assert not WebhookEndpoint.objects.exists()


def receive(raw: bytes) -> InboundMail:
    return intake.process(intake.keep(raw, mailbox="desk", at=MOMENT), at=MOMENT, handle=mail.take)


@attack(RECORDED)
def mail_that_says_to_be_of_another(s: Scene) -> None:
    row = receive(lines("x", "vreemd@nergens.example", subject=f"Re: {s.melding.number}"))
    assert (row.outcome, Message.objects.filter(melding=s.melding).count()) == (
        InboundMail.Outcome.UNCONFIRMED,
        2,
    )
    s.of(s.stranger.user).get(s.portal)


@attack(RECORDED)
def mail_that_answers_itself_for_ever(s: Scene) -> None:
    owed = Notice.objects.count()
    for number in range(30):
        receive(
            lines(
                f"n{number}",
                s.noor.user.email,
                "Auto-Submitted: auto-replied",
                subject=f"Automatic reply: {s.melding.number}",
            )
        )
    assert Notice.objects.count() == owed
    s.of(s.noor.user).get(s.portal)


@attack(RECORDED)
def a_name_that_adds_a_header_to_mail(s: Scene) -> None:
    User.objects.filter(pk=s.noor.user_id).update(name="Noor\r\nBcc: kwaad@kwaad.example")
    s.of(s.sam).post(s.page + "do/reply/", {"body": "Dag."})
    deliver(timezone.now())
    for message in outbox.outbox:
        made = message.message()
        assert made["Bcc"] is None
        assert "kwaad" not in str(made["To"]).partition("<")[2]


@attack(LINE)
def a_secret_in_the_log(s: Scene) -> None:
    """Neither what was said nor what opens a door is in a line of the log, also when things go wrong."""
    client = s.api()
    token = client.defaults["HTTP_AUTHORIZATION"].split()[1]
    link = reported(s.of())
    s.of().put(link)
    s.of().get(link.replace("bevestigen", "nergens"))
    client.post(s.json + "messages/", '{"body": "GEHEIM woord"', JSON)
    client.get(f"/api/v1/nergens/{token}/")
    s.of().post("/account/login/", {"login": s.sam.email, "password": PASSWORD})
    said_in_log = " ".join(line.getMessage() for line in s.lines)
    assert s.lines
    for secret in (token, link.strip("/").split("/")[-1], "GEHEIM", PASSWORD, s.sam.email):
        assert secret not in said_in_log


@pytest.mark.parametrize(("tried", "trace"), ATTACKS)
def test_it_is_refused_and_leaves_a_trace(stage: Scene, tried: Attack, trace: str) -> None:
    since = AuditRecord.objects.aggregate(newest=Max("pk"))["newest"] or 0
    stage.lines.clear()
    tried(stage)
    assert trace in traces(stage, since)
