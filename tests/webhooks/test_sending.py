"""A webhook is no way into the network of the desk: which addresses are refused, and how it connects."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from desk.webhooks import sending
from desk.webhooks.sending import ANSWER_MAX, Answer, is_public, post
from tests.webhooks.receiver import Receiver, receiving

HEADERS = {"webhook-id": "msg_1"}

REFUSED = [
    ("http://example.com/", "not https"),
    ("ftp://example.com/", "not https"),
    ("//example.com/", "not https"),
    ("https:///pad", "no valid address"),
    ("https://gebruiker:geheim@example.com/", "no valid address"),
    ("https://example.com:99999/", "no valid address"),
    ("https://exa mple.com/", "no valid address"),
    ("https://example.com/\r\nX-Kop: 1", "no valid address"),
    ("https://bestaat-niet.invalid/", "unknown host"),
    ("https://localhost/", "not a public address"),
    ("https://127.0.0.1/", "not a public address"),
    ("https://127.1/", "not a public address"),
    ("https://2130706433/", "not a public address"),
    ("https://0x7f000001/", "not a public address"),
    ("https://0177.0.0.1/", "not a public address"),
    ("https://0.0.0.0/", "not a public address"),
    ("https://10.1.2.3/", "not a public address"),
    ("https://172.16.0.1:8443/", "not a public address"),
    ("https://192.168.1.1/", "not a public address"),
    ("https://169.254.169.254/latest/meta-data/", "not a public address"),
    ("https://100.64.0.1/", "not a public address"),
    ("https://224.0.0.1/", "not a public address"),
    ("https://240.0.0.1/", "not a public address"),
    ("https://255.255.255.255/", "not a public address"),
    ("https://[::1]/", "not a public address"),
    ("https://[::]/", "not a public address"),
    ("https://[fe80::1]/", "not a public address"),
    ("https://[fc00::1]/", "not a public address"),
    ("https://[fec0::1]/", "not a public address"),
    ("https://[ff02::1]/", "not a public address"),
    ("https://[2001:db8::1]/", "not a public address"),
    ("https://[::ffff:127.0.0.1]/", "not a public address"),
    ("https://[::ffff:8.8.8.8]/", "not a public address"),
    ("https://[64:ff9b::a00:1]/", "not a public address"),
    ("https://[2002:7f00:1::]/", "not a public address"),
]


@pytest.mark.parametrize(("url", "why"), REFUSED)
def test_what_is_not_on_the_public_internet_is_refused(url: str, why: str) -> None:
    assert post(url, b"{}", HEADERS) == Answer(error=why)


@pytest.mark.parametrize("address", ["8.8.8.8", "145.97.20.1", "2001:4860:4860::8888"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(address)


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Makes every name resolve to these addresses; returns the names that were asked for."""
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def answer(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if host in addresses:
            return resolve(host, port, *rest, **options)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("addresses", [("10.0.0.5",), ("93.184.215.14", "127.0.0.1"), ("::ffff:10.0.0.5",)])
def test_a_public_name_with_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    names(monkeypatch, *addresses)
    assert post("https://haak.example/", b"{}", HEADERS).error == "not a public address"


def test_the_name_is_asked_once_and_the_checked_address_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, "127.0.0.1")
    assert post(f"http://haak.example:{receiver.port}/pad?a=b", b"{}", HEADERS).status == 204
    assert asked == ["haak.example"]
    assert receiver.got[0].headers["host"] == f"haak.example:{receiver.port}"
    assert (receiver.got[0].path, receiver.got[0].headers["webhook-id"]) == ("/pad?a=b", "msg_1")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answer = status
    assert post(receiver.url, b"{}", HEADERS).status == status
    assert len(receiver.got) == 1


def test_no_more_of_an_answer_is_read_than_is_kept(receiver: Receiver) -> None:
    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _turn in range(100):
            handler.wfile.write(b"x" * ANSWER_MAX)

    receiver.answer = endless
    assert post(receiver.url, b"{}", HEADERS) == Answer(200, "x" * 500)


def test_an_answer_that_drips_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LONGEST", 0.5)

    def dripping(handler: Any) -> None:
        for _turn in range(100):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.1)

    receiver.answer = dripping
    started = time.monotonic()
    assert post(receiver.url, b"{}", HEADERS) == Answer(error="no answer in time")
    assert time.monotonic() - started < 5


def test_what_does_not_answer_says_so(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "READ_TIMEOUT", 0.2)
    receiver.answer = lambda handler: time.sleep(1)
    assert post(receiver.url, b"{}", HEADERS).error == "no answer in time"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    assert post(closed, b"{}", HEADERS).error == "refused"
    receiver.answer = lambda handler: handler.wfile.write(b"geen http\r\n\r\n")
    assert post(receiver.url, b"{}", HEADERS).error == "connection broke"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(("name", "error"), [("haak.example", ""), ("ander.example", "no valid certificate")])
def test_the_certificate_is_for_the_name_although_the_address_is_connected_to(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, error: str
) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=haak.example", "-addext", "subjectAltName=DNS:haak.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    names(monkeypatch, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, host, _context: asked.append(host)
    with receiving(Receiver(), lambda plain: context.wrap_socket(plain, server_side=True)) as secure:
        answer = post(f"https://{name}:{secure.port}/", b"{}", HEADERS)
    assert (answer.error, asked) == (error, [name])
