"""Whom the attacks are tried on, and the traces that they leave."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contractants.models import Contact
from desk.models import ApiToken, InboundMail, User
from desk.models.audit import AuditRecord
from incidents import actions
from incidents.models import Attachment, Melding
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
# How an attack shows afterwards.
REFUSED = "refused"  # a record in the trail of NEN 7513 that says that it was
KEPT = "kept"  # mail, that is kept whole with what became of it and why
RECORDED = "recorded"  # a record in the trail of an act that did less than was asked
LINE = "line"  # a line in the log: it was refused before the desk knew who asked for what


def traces(scene: Scene, since: int) -> set[str]:
    records = AuditRecord.objects.filter(pk__gt=since)
    found = {RECORDED} if records.exists() else set()
    if records.exclude(result="done").exists():
        found.add(REFUSED)
    if InboundMail.objects.exclude(outcome=InboundMail.Outcome.PENDING).exists():
        found.add(KEPT)
    if any(line.levelno >= logging.WARNING for line in scene.lines):
        found.add(LINE)
    return found


def attack(trace: str) -> Callable[[Attack], Attack]:
    """An attack that leaves `trace`."""

    def add(tried: Attack) -> Attack:
        ATTACKS.append(pytest.param(tried, trace, id=getattr(tried, "__name__", "").replace("_", " ")))
        return tried

    return add
