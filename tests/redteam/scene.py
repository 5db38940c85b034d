"""Whom the attacks are tried on, and the traces that they leave."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Max
from django.test import Client

from contractants.models import Contact
from desk.models import ApiToken, InboundMail, User
from desk.models.audit import AuditRecord
from incidents import actions
from incidents.models import Attachment, Melding, RawEvent
from tests import factories
from tests.factories import MOMENT

LATER = MOMENT + timedelta(minutes=5)


@dataclass
class Scene:
    """`noor` owns `melding` with an internal note and a file; `stranger` is of another contractant; `sam` is staff."""

    noor: Contact
    stranger: Contact
    sam: User
    melding: Melding
    lines: list[logging.LogRecord] = field(default_factory=list)

    def of(self, user: User | None = None, **headers: Any) -> Client:
        """A browser, in which `user` is signed in."""
        client = Client(raise_request_exception=False, **headers)
        if user is not None:
            client.force_login(user)
        return client

    def api(self, scope: str = ApiToken.Scope.AGENT, **whose: Any) -> Client:
        return Client(
            raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {factories.token(scope, **whose)}"
        )

    @property
    def portal(self) -> str:
        return f"/portaal/{self.melding.number}/"

    @property
    def page(self) -> str:
        return f"/meldingen/{self.melding.number}/"

    @property
    def json(self) -> str:
        return f"/api/v1/meldingen/{self.melding.number}/"

    @property
    def file(self) -> str:
        return f"/bijlagen/{Attachment.objects.get(melding=self.melding).public_id}/"


def scene() -> Scene:
    factories.load_policies()
    noor, stranger, sam = factories.contact(), factories.contact(), factories.staff()
    melding = factories.registered(contact=noor, channel="portal", subject="GEHEIM onderwerp")
    file = SimpleUploadedFile("log.txt", b"GEHEIM inhoud")
    actions.reply(melding, by=sam, at=LATER, body="GEHEIM antwoord", files=[file])
    actions.note(melding, by=sam, at=LATER, body="GEHEIM notitie")
    melding.refresh_from_db()
    return Scene(noor, stranger, sam, melding)


Attack = Callable[[Scene], None]
ATTACKS: list[Any] = []


# How an attack shows afterwards. An attack names each trace that it leaves; what its own setup left does not match.


@dataclass(frozen=True)
class Record:
    """In the trail of NEN 7513: what was tried, `by` whom (somebody of the scene, a role, or a visitor), on what
    (`number`; "melding" is the one of the scene), and how that ended."""

    act: str
    by: str = "visitor"
    number: str | None = None
    result: str = "refused"

    def is_left(self, scene: Scene, since: Since) -> bool:
        rows = AuditRecord.objects.filter(pk__gt=since.record, act=self.act, result=self.result)
        person = getattr(scene, self.by, None)
        rows = (
            rows.filter(user_id=getattr(person, "user_id", person.pk))
            if person
            else rows.filter(role=self.by)
        )
        if self.number is None:
            return rows.exists()
        return rows.filter(number=scene.melding.number if self.number == "melding" else self.number).exists()


@dataclass(frozen=True)
class Line:
    """In the log: it was refused before the desk knew who asked for what."""

    said: str

    def is_left(self, scene: Scene, since: Since) -> bool:
        return any(line.levelno >= logging.WARNING and self.said in line.getMessage() for line in scene.lines)


@dataclass(frozen=True)
class Mail:
    """Mail that is kept whole, with what became of it."""

    outcome: str

    def is_left(self, scene: Scene, since: Since) -> bool:
        return InboundMail.objects.filter(pk__gt=since.mail, outcome=self.outcome).exists()


@dataclass(frozen=True)
class Delivery:
    """What a machine delivered, kept as it came, with what could not be read of it."""

    said: str
    error: str = ""

    def is_left(self, scene: Scene, since: Since) -> bool:
        rows = RawEvent.objects.filter(pk__gt=since.delivery, body__contains=self.said)
        return (rows.filter(error__contains=self.error) if self.error else rows.filter(error="")).exists()


Trace = Record | Line | Mail | Delivery


@dataclass(frozen=True)
class Since:
    """What there was before the attack."""

    record: int
    mail: int
    delivery: int


def now_there(scene: Scene) -> Since:
    scene.lines.clear()
    rows = (AuditRecord, InboundMail, RawEvent)
    return Since(*(model._base_manager.aggregate(newest=Max("pk"))["newest"] or 0 for model in rows))


def left(since: Since) -> list[tuple[Any, ...]]:
    """The records that there are since then, to read when one is missing."""
    rows = AuditRecord.objects.filter(pk__gt=since.record).order_by("pk")
    return list(rows.values_list("act", "role", "number", "result", "why"))


def attack(*traces: Trace) -> Callable[[Attack], Attack]:
    """An attack that leaves each of `traces`."""

    def add(tried: Attack) -> Attack:
        assert traces
        ATTACKS.append(pytest.param(tried, traces, id=getattr(tried, "__name__", "").replace("_", " ")))
        return tried

    return add
