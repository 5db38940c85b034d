"""A mail server for tests, with real sockets; what it accepts is on disk before it says so."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """Records every accepted mail as a line of JSON. `answers` maps an address to what it is told, in order; after
    those, and for others, mail is accepted. Takes `slow` seconds for each."""

    file: Path
    port: int
    answers: dict[str, list[str]] = field(default_factory=dict)
    slow: float = 0
    connections: int = 0

    def __enter__(self) -> Sink:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server = Controller(_Handler(self), hostname="127.0.0.1", port=self.port)
        self.server.start()

    def received(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


class _Handler:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, name: str, answers: list[str]
    ) -> list[str]:
        self.sink.connections += 1
        session.host_name = name
        return answers

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        told = self.sink.answers.get(address)
        if told:
            return told.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        names = (
            "Message-ID",
            "References",
            "In-Reply-To",
            "List-Id",
            "Auto-Submitted",
            "Reply-To",
            "Subject",
        )
        line = {"to": envelope.rcpt_tos[0], **{name: str(mail[name] or "").strip() for name in names}}
        with self.sink.file.open("a") as file:
            file.write(json.dumps(line) + "\n")
        await asyncio.sleep(self.sink.slow)
        return "250 OK"
