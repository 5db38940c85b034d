"""One careful POST to an address that somebody else chose.

It must not become a way into the network of the desk: only https, only addresses of the public internet, and the
connection goes to the address that was checked, without asking the name again. No redirect is followed.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

log = logging.getLogger("desk.security")
CONNECT_TIMEOUT, READ_TIMEOUT = 5, 10  # seconds
LONGEST = 20  # seconds for one message, however slowly its answer drips
ANSWER_MAX = 64_000  # bytes that are read
KEPT = 500  # of them
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unsafe(Exception):
    """An address that the desk does not send to; `str()` is a code that says why."""


@dataclass(frozen=True)
class Answer:
    """`status` is None where none came; `error` says why, in a word or two."""

    status: int | None = None
    text: str = ""
    error: str = ""


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send it once; whatever goes wrong is in the answer."""
    deadline = time.monotonic() + LONGEST
    try:
        target = checked(url)
        addresses = resolve(target)
    except Unsafe as refusal:
        log.warning("a webhook was not sent: %s", refusal)
        return Answer(error=str(refusal))
    answer = Answer(error="no address")
    for address in addresses[:3]:
        answer, reached = _post_to(address, target, body, headers, deadline)
        if reached or time.monotonic() >= deadline:
            break
    return answer


def checked(url: str) -> SplitResult:
    """The parts of `url`; raises `Unsafe` for anything but https to a named host."""
    try:
        target = urlsplit(url)
        target.port  # noqa: B018 - raises when it is none
    except ValueError as error:
        raise Unsafe("no valid address") from error
    allowed = {"https", "http"} if settings.WEBHOOKS_ALLOW_PRIVATE else {"https"}
    if target.scheme not in allowed:
        raise Unsafe("not https")
    if not target.hostname or target.username is not None or target.password is not None:
        raise Unsafe("no valid address")
    if any(ord(sign) <= 32 or ord(sign) > 126 for sign in url):
        raise Unsafe("no valid address")
    return target


def resolve(target: SplitResult) -> list[str]:
    """The addresses behind the name; raises `Unsafe` when one of them is not public."""
    assert target.hostname
    try:
        found = socket.getaddrinfo(target.hostname, _port(target), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unsafe("unknown host") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_kind, sockaddr in found))
    if not settings.WEBHOOKS_ALLOW_PRIVATE and not all(is_public(address) for address in addresses):
        raise Unsafe("not a public address")
    return addresses


def is_public(address: str) -> bool:
    """Whether it lies on the public internet, also when it is wrapped in an address of another kind."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(_is_public(one) for one in [parsed, *_wrapped(parsed)])


def _is_public(address: Address) -> bool:
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    local = address.is_link_local or getattr(address, "is_site_local", False)
    return address.is_global and not special and not local


def _wrapped(address: Address) -> list[ipaddress.IPv4Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


def _port(target: SplitResult) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _post_to(
    address: str, target: SplitResult, body: bytes, headers: dict[str, str], deadline: float
) -> tuple[Answer, bool]:
    """The answer, and whether a connection was made, after which another address is not tried."""
    connection = _connection(address, target)
    connected = False
    try:
        connection.connect()
        connected = True
        with _cut_off(connection, deadline):
            return _exchange(connection, target, body, headers), True
    except (OSError, HTTPError, HTTPException, ValueError, AttributeError) as error:
        return Answer(error=_reason(error, deadline)), connected
    finally:
        connection.close()


def _exchange(
    connection: HTTPConnection, target: SplitResult, body: bytes, headers: dict[str, str]
) -> Answer:
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    sent = {"Host": target.netloc, "Content-Type": "application/json", "User-Agent": "MDO-Desk", **headers}
    connection.request("POST", path, body=body, headers=sent, preload_content=False, decode_content=False)
    connection.timeout = READ_TIMEOUT
    response = connection.getresponse()
    text = response.read(ANSWER_MAX, decode_content=False)[:KEPT]
    return Answer(response.status, text.decode("utf-8", "replace").replace("\x00", "")[:KEPT])


def _connection(address: str, target: SplitResult) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(address, _port(target), timeout=CONNECT_TIMEOUT)
    return HTTPSConnection(
        address, _port(target), timeout=CONNECT_TIMEOUT, cert_reqs="CERT_REQUIRED",
        server_hostname=target.hostname, ssl_context=ssl.create_default_context(),
    )  # fmt: skip


class _cut_off:
    """Ends the connection at the deadline, also when a byte comes now and then."""

    def __init__(self, connection: HTTPConnection, deadline: float) -> None:
        self.timer = threading.Timer(max(deadline - time.monotonic(), 0), self._cut, [connection])
        self.timer.daemon = True

    def _cut(self, connection: HTTPConnection) -> None:
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *_how: object) -> None:
        self.timer.cancel()


def _reason(error: Exception, deadline: float) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error) or time.monotonic() >= deadline:
        return "no answer in time"
    if isinstance(error, ssl.SSLError) or "SSL" in str(error):
        return "no valid certificate"
    return (
        "refused"
        if isinstance(error, ConnectionRefusedError) or "refused" in str(error)
        else "connection broke"
    )
