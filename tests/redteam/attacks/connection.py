"""What comes before and around a page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.test import override_settings

from desk.models.audit import AuditRecord
from mdo_desk.limits import measured
from tests.redteam.scene import Line, Record, Scene, attack

JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


@attack(Line("refused before any page was reached"))
def another_host(s: Scene) -> None:
    assert s.of().get("/start/", HTTP_HOST="kwaad.example").status_code == 400


@attack(
    Record("incidents:portal_melding", "noor", "melding", "done"),
    Record("incidents:melding", number="melding"),
)
def headers_of_a_proxy_that_is_not_there(s: Scene) -> None:
    """They change neither the host, nor the scheme, nor the address that is written down."""
    spoofed = {"X-Forwarded-Host": "kwaad.example", "X-Forwarded-For": "6.6.6.6", "X-Remote-User": s.sam.email, "X-Forwarded-Proto": "https"}  # fmt: skip
    answer = s.of(s.noor.user).get(s.portal, headers=spoofed)
    assert "kwaad.example" not in answer.content.decode()
    assert not answer.wsgi_request.is_secure()
    assert s.of().get(s.page, headers=spoofed).status_code == 302
    assert set(AuditRecord.objects.exclude(address=None).values_list("address", flat=True)) == {"127.0.0.1"}


@attack(Line("a body of 2600000 bytes was refused"))
def a_body_without_end(s: Scene) -> None:
    for content_type in (JSON, "text/plain"):
        assert s.of().post("/api/v1/meldingen/", b"x" * 2_600_000, content_type).status_code == 413


@attack(
    Line("what a sender that is no proxy of ours said"),
    Record("incidents:portal_melding", "noor", "melding", "done"),
)
def headers_of_a_proxy_from_somewhere_else(s: Scene) -> None:
    """Behind one proxy, by whoever reaches the port past it: no other address and no https."""
    there = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}
    behind = {
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    }
    with override_settings(**behind):
        answer = s.of(s.noor.user).get(s.portal, headers=there, REMOTE_ADDR="203.0.113.5")
    assert not answer.wsgi_request.is_secure()
    assert AuditRecord.objects.get(act="incidents:portal_melding").address == "203.0.113.5"


@attack(Line("a body of 2600000 bytes was refused"))
def a_body_in_chunks_that_says_no_length(s: Scene) -> None:
    def desk(environ: dict[str, Any], _start: object) -> Any:
        return s.of().generic("POST", "/api/v1/meldingen/", environ["wsgi.input"].read(), JSON)

    said = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(b"x" * 2_600_000)}
    assert measured(desk)(said, None).status_code == 413


@attack(Record("sign_in", "sam", result="done"))
def a_cookie_that_a_script_or_another_site_can_use(s: Scene) -> None:
    """That a production desk adds Secure and __Host- shows tests/setup/test_production.py."""
    s.sam.set_password(PASSWORD)
    s.sam.save()
    client = s.of()
    client.get("/account/login/")
    client.post("/account/login/", {"login": s.sam.email, "password": PASSWORD})
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


@attack(Record("incidents:report", result="failed"))
def a_thousand_fields(s: Scene) -> None:
    assert s.of().post("/melden/", {f"veld{n}": "x" for n in range(1500)}).status_code == 400


@attack(Record("sign_in", "sam", result="done"), Record("sign_out", "sam", result="done"))
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


@attack(Record("unknown_address", "noor"))
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
