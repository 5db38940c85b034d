"""A contractant's own sign-in, against a small OpenID provider on this machine: whom it lets in, and whom never."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from requests import RequestException

from contractants.models import Contact, IdentityProvider
from desk import outward
from desk.models import User
from desk.permissions import Role
from tests import factories

pytestmark = pytest.mark.django_db
KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _n in range(2))
PORTAL = "/portaal/"


class Provider:
    """Answers discovery, keys and tokens; `claims` and `key` are of the next token."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.key, self.challenge, self.elsewhere, self.name = KEY, "", "", ""
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if outer.elsewhere:
                    self.send_response(302)
                    self.send_header("Location", outer.elsewhere)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.say(outer.keys() if self.path == "/keys" else outer.discovery())

            def do_POST(self) -> None:
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.say(outer.token({name: values[0] for name, values in sent.items()}))

            def say(self, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_what: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.name or self.url, "authorization_endpoint": f"{self.url}/authorize", "jwks_uri": f"{self.url}/keys",
            "token_endpoint": f"{self.url}/token", "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        return {
            "keys": [
                {
                    **json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())),
                    "kid": "1",
                    "alg": "RS256",
                }
            ]
        }

    def token(self, sent: dict[str, str]) -> dict[str, Any]:
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if not proven or sent["client_secret"] != "geheim van linde":
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "mdo-desk",
            "sub": "n-1",
            "iat": now,
            "exp": now + 60,
            **self.claims,
        }
        signed = jwt.encode(claims, self.key, "RS256", {"kid": "1"})
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    cache.clear()
    factories.load_policies()
    monkeypatch.setenv("OIDC_LINDE", "geheim van linde")
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def noor(provider: Provider) -> Contact:
    noor = factories.contact(user__email="noor@linde.example")
    IdentityProvider.objects.create(
        contractant=noor.contractant, issuer=provider.url, client_id="mdo-desk", secret_variable="OIDC_LINDE"
    )
    return noor


def address(contact: Contact, name: str = "login") -> str:
    return reverse(f"openid_connect_{name}", args=[contact.contractant.public_id])


def signed_in(provider: Provider, noor: Contact, **claims: Any) -> tuple[Client, Any]:
    """A browser that goes there and back; what the desk answered."""
    client = Client()
    sent = client.get(address(noor))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent["Location"]).query).items()}
    assert asked["redirect_uri"] == f"http://testserver{address(noor, 'callback')}"
    provider.challenge = asked["code_challenge"]
    provider.claims = {"email": "noor@linde.example", "email_verified": True, **claims}
    return client, client.get(address(noor, "callback"), {"state": asked["state"], "code": "c"})


def test_a_registered_contact_comes_in_and_nothing_else_is_made(provider: Provider, noor: Contact) -> None:
    people = User.objects.count()
    client, answer = signed_in(provider, noor, email="Noor@Linde.example")
    assert answer.status_code == 302
    assert client.get(PORTAL).status_code == 200
    assert User.objects.count() == people
    Contact.objects.update(is_active=False)
    assert client.get(PORTAL).status_code == 302
    assert signed_in(provider, noor)[1].status_code == 403


def test_nobody_else_comes_in(provider: Provider, noor: Contact) -> None:
    factories.contact(user__email="elders@zorg.example")
    factories.staff(Role.ADMINISTRATOR, email="iris@desk.example")
    factories.staff(Role.ADMINISTRATOR, email="noor@desk.example")
    wrong: list[dict[str, Any]] = [
        {"email": "elders@zorg.example"}, {"email": "iris@desk.example"}, {"email": "nieuw@linde.example"},
        {"email_verified": False}, {"email_verified": "true"}, {"email": None}, {"email": ["noor@linde.example"]},
        {"aud": "een ander"}, {"iss": "https://kwaad.example"}, {"exp": 1},
    ]  # fmt: skip
    for claims in wrong:
        client, answer = signed_in(provider, noor, **claims)
        assert (answer.status_code, client.get(PORTAL).status_code) == (403, 302), claims
    provider.key = OTHER_KEY
    client, answer = signed_in(provider, noor)
    assert (answer.status_code, client.get(PORTAL).status_code) == (403, 302)
    assert not User.objects.filter(email="nieuw@linde.example").exists()


def test_an_answer_that_was_not_asked_for_or_comes_again_opens_nothing(
    provider: Provider, noor: Contact
) -> None:
    unasked = Client().get(address(noor, "callback"), {"state": "geraden", "code": "c"})
    assert unasked.status_code == 403
    client = Client()
    state = parse_qs(urlsplit(client.get(address(noor))["Location"]).query)["state"][0]
    stolen = Client().get(address(noor, "callback"), {"state": state, "code": "c"})
    assert stolen.status_code == 403


def test_without_a_secret_or_a_provider_that_answers_it_says_so(
    provider: Provider, noor: Contact, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.EMBEDDED = False
    assert Client().get(address(noor)).status_code == 404, "only https outside a desk for trying out"
    settings.EMBEDDED = True
    IdentityProvider.objects.update(issuer="http://127.0.0.1:9")
    assert Client().get(address(noor)).status_code == 403
    monkeypatch.delenv("OIDC_LINDE")
    assert Client().get(address(noor)).status_code == 404
    assert Client().get(address(factories.contact())).status_code == 404


def test_a_provider_that_sends_elsewhere_or_is_another_than_was_asked_opens_nothing(
    provider: Provider, noor: Contact
) -> None:
    provider.name = "https://een-ander.example"
    assert signed_in(provider, noor, iss=provider.name)[1].status_code == 403
    provider.name, provider.elsewhere = "", f"{provider.url}/elders"
    assert Client().get(address(noor)).status_code == 403
    provider.elsewhere = ""
    assert Client().get(address(noor)).status_code == 302


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_a_provider_names_is_never_inside_the_network_of_the_desk(host: str, settings: Any) -> None:
    settings.EMBEDDED = False
    with socket.create_server(("127.0.0.1", 0)) as listening, outward.session() as session:
        with pytest.raises(RequestException, match="not a public address"):
            session.get(f"https://{host}:{listening.getsockname()[1]}/", timeout=5)
        with pytest.raises(RequestException):
            session.get(f"http://{host}:{listening.getsockname()[1]}/", timeout=5)
        with listening.accept()[0] as reached:
            assert reached.recv(10) == b"", "no word was sent"
