"""What comes before and around a page."""

from __future__ import annotations

from desk.models.audit import AuditRecord
from tests.redteam.scene import LINE, RECORDED, REFUSED, Scene, attack

UNKNOWN = "M26-99999"
JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


@attack(LINE)
def another_host(s: Scene) -> None:
    assert s.of().get("/start/", HTTP_HOST="kwaad.example").status_code == 400


@attack(RECORDED)
def headers_of_a_proxy_that_is_not_there(s: Scene) -> None:
    """They change neither the host, nor the scheme, nor the address that is written down."""
    spoofed = {"X-Forwarded-Host": "kwaad.example", "X-Forwarded-For": "6.6.6.6", "X-Remote-User": s.sam.email, "X-Forwarded-Proto": "https"}  # fmt: skip
    answer = s.of(s.noor.user).get(s.portal, headers=spoofed)
    assert "kwaad.example" not in answer.content.decode()
    assert not answer.wsgi_request.is_secure()
    assert s.of().get(s.page, headers=spoofed).status_code == 302
    assert set(AuditRecord.objects.exclude(address=None).values_list("address", flat=True)) == {"127.0.0.1"}


@attack(LINE)
def a_body_without_end(s: Scene) -> None:
    for content_type in (JSON, "text/plain"):
        assert s.of().post("/api/v1/meldingen/", b"x" * 2_600_000, content_type).status_code == 413


@attack(LINE)
def a_thousand_fields(s: Scene) -> None:
    assert s.of().post("/melden/", {f"veld{n}": "x" for n in range(1500)}).status_code == 400


@attack(RECORDED)
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
