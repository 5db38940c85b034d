"""Where monitoring systems deliver: PagerDuty's Events v2, Alertmanager's webhook, heartbeats.

2xx only after what was sent is committed; needs PostgreSQL and nothing else; 503 when it cannot be stored, so
that the sender tries again; never 429, and never 400: what cannot be read is kept for a person, because a sender
would send it again for ever, or throw it away. Which source it is, the token says and nothing in the body.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from desk import quarantine, texts
from desk.api import Endpoint
from desk.idempotency import idempotent
from desk.models import Quarantined
from desk.problems_json import flat, problem
from incidents import actions
from incidents.actions import monitoring
from incidents.actions.monitoring import ACKNOWLEDGE, RESOLVE, TRIGGER, MonitoringEvent, alertmanager
from incidents.models import RawEvent, Via, Watchdog

OLDEST = timedelta(days=366)


class AnyText(serializers.CharField):
    """Text as a machine sends it; what no database can hold is shown as U+FFFD."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"required": False, "allow_null": True, "allow_blank": True, "default": "", **options}
        )

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(texts.storable(data) if isinstance(data, str) else data)
        return value or ""


class Anything(serializers.JSONField):
    """Whatever it is, it is kept in the raw event and stops nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, "default": None, **options})

    def to_internal_value(self, data: Any) -> Any:
        return data


class Payload(serializers.Serializer[Any]):
    summary = AnyText(help_text="what is wrong; becomes the subject")
    source = AnyText(help_text="the machine or site that it is about")  # type: ignore[assignment]
    severity = AnyText(default="critical", help_text="with other labels it decides the priority, by rules")
    timestamp = Anything(help_text="when it began; used if it is within the last 5 minutes")
    component = AnyText(help_text="finds the Dienst, see ServiceMatch")
    custom_details = Anything(help_text="plain values in it are labels for the rules")


class EventBody(serializers.Serializer[Any]):
    """Unknown fields are accepted and kept in the raw event."""

    event_action = serializers.ChoiceField([TRIGGER, ACKNOWLEDGE, RESOLVE])
    dedup_key = AnyText(max_length=255, help_text="names the disturbance; may be left out with trigger alone")
    payload = Payload(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["event_action"] != TRIGGER:
            if not attrs["dedup_key"]:
                raise serializers.ValidationError({"dedup_key": _("Dit veld is verplicht.")})
        elif not attrs.get("payload", {}).get("summary", "").strip():
            raise serializers.ValidationError({"payload": {"summary": [_("Dit veld is verplicht.")]}})
        return attrs


class Wrong(serializers.Serializer[Any]):
    field = serializers.CharField()
    detail = serializers.CharField()


class Taken(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["success", "stored"], help_text="stored: kept, for a person to look at")
    dedup_key = serializers.CharField()
    melding = serializers.CharField(allow_null=True, help_text="null: no open disturbance has this key")
    errors = Wrong(many=True, required=False)  # type: ignore[assignment]


class AlertBody(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["firing", "resolved"])
    labels = serializers.DictField(child=serializers.CharField())
    annotations = serializers.DictField(child=serializers.CharField(), required=False)
    startsAt = serializers.CharField(required=False)
    endsAt = serializers.CharField(required=False)
    fingerprint = serializers.CharField(required=False)


class WebhookBody(serializers.Serializer[Any]):
    """Alertmanager's webhook, version 4, or Grafana's; unknown fields are accepted and kept."""

    alerts = AlertBody(many=True)
    groupKey = serializers.CharField(required=False)
    truncatedAlerts = serializers.IntegerField(required=False)


class WebhookTaken(serializers.Serializer[Any]):
    meldingen = serializers.ListField(child=serializers.CharField())


@dataclass(frozen=True)
class Read:
    """What a body says; `wrong` is what could not be read of it."""

    events: Sequence[MonitoringEvent] = ()
    wrong: Sequence[dict[str, str]] = ()
    key: str = ""
    truncated: int = 0

    @property
    def unread(self) -> list[str]:
        return [f"{one['field']}: {one['detail']}" for one in self.wrong]


class Door(Endpoint):
    """For the tokens of monitoring alone, never throttled; not stored is 503, whatever the database said."""

    monitoring = True
    masks_as = Quarantined.Source.MONITORING
    throttle_classes = ()

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, DatabaseError | InterfaceError):
            return problem(503, _("De database is even niet bereikbaar. Probeer het zo opnieuw."))
        return super().handle_exception(exc)


class MonitoringEvents(Door):
    serializer_class = EventBody

    @extend_schema(
        operation_id="take_event", summary="An alarm of a monitoring system", responses={202: Taken}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        now, body = timezone.now(), quarantine.masked_json(request.body)
        raw, read = body.decode(errors="replace"), read_event(body, now)
        if read.wrong:
            row = monitoring.keep_unreadable(raw, by=self.user, at=now, error="; ".join(read.unread))
            return Response({**_told(row), "melding": None, "errors": read.wrong}, 202)
        row, melding = actions.take_event(read.events[0], raw=raw, by=self.user, at=now)
        return Response({**_told(row), "melding": melding and melding.number}, 202)


class AlertmanagerWebhook(Door):
    serializer_class = WebhookBody

    @extend_schema(
        operation_id="take_webhook", summary="What Alertmanager or Grafana sends", responses=WebhookTaken
    )
    @idempotent
    def post(self, request: Request) -> Response:
        now, body = timezone.now(), quarantine.masked_json(request.body)
        raw, read = body.decode(errors="replace"), read_webhook(body, now)
        _row, meldingen = monitoring.take(
            read.events, raw=raw, by=self.user, at=now, via=Via.ALERTMANAGER, key=read.key,
            truncated=read.truncated, unread=read.unread,
        )  # fmt: skip
        return Response({"meldingen": sorted(melding.number for melding in meldingen)})


class Heartbeat(Door):
    serializer_class = serializers.Serializer

    @extend_schema(operation_id="beat", summary="A sign of life", request=None, responses={204: None})
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        watchdog = Watchdog.objects.filter(name=name, is_active=True).first()
        if watchdog is None:
            raise NotFound(_("Deze hartslag is niet bekend."))
        monitoring.beat(watchdog, by=self.user, at=timezone.now())
        return Response(status=204)


def _told(row: RawEvent) -> dict[str, str]:
    return {"status": "stored" if row.error else "success", "dedup_key": row.dedup_key}


# --- Reading bodies


def read_event(body: bytes, now: datetime) -> Read:
    """An event in the shape of PagerDuty's Events v2."""
    try:
        given = EventBody(data=parsed(body))
        given.is_valid(raise_exception=True)
    except serializers.ValidationError as wrong:
        return Read(wrong=list(flat(wrong.detail)))
    return Read([event_of(given.validated_data, now)])


def read_webhook(body: bytes, now: datetime) -> Read:
    """The webhook of Alertmanager or Grafana."""
    try:
        found = alertmanager.read_webhook(parsed(body))
    except (serializers.ValidationError, ValueError) as error:
        return Read(wrong=[{"field": "", "detail": str(error)}])
    wrong = [{"field": "alerts", "detail": text} for text in found.unread]
    return Read(found.events, wrong, found.key, found.truncated)


# How a delivery that was kept is read once more.
READERS = {Via.EVENTS: read_event, Via.ALERTMANAGER: read_webhook}


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise serializers.ValidationError(_("Dit is geen JSON in UTF-8.")) from error


def event_of(given: dict[str, Any], now: datetime) -> MonitoringEvent:
    payload = given.get("payload") or {}
    return MonitoringEvent(
        action=given["event_action"], dedup_key=given["dedup_key"], summary=payload.get("summary", ""),
        source=payload.get("source", ""), severity=payload.get("severity") or "critical",
        component=payload.get("component", ""), details=payload.get("custom_details"),
        started_at=started_at(payload.get("timestamp"), now),
    )  # fmt: skip


def started_at(value: Any, now: datetime) -> datetime | None:
    """The sender's word of when it began; None when it is no moment of the past year, however written."""
    found = alertmanager.moment(value)
    return found if found is not None and now - OLDEST <= found <= now else None
