"""Where monitoring systems deliver: the field names of PagerDuty's Events v2, our own promises.

2xx only after the raw event is committed; needs PostgreSQL and nothing else; 503 when it cannot be stored, so
that the sender tries again; never 429. Which source it is, the token says and nothing in the body.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from desk import texts
from desk.api import Endpoint
from desk.idempotency import idempotent
from desk.problems_json import flat, problem
from incidents import actions
from incidents.actions.monitoring import ACKNOWLEDGE, RESOLVE, TRIGGER, MonitoringEvent, keep_unreadable

SEVERITIES = ("critical", "error", "warning", "info")
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
    severity = serializers.ChoiceField(SEVERITIES, default="critical")
    timestamp = Anything(help_text="when it began; used if it is within the last 5 minutes")
    component = AnyText(help_text="finds the Dienst, see ServiceMatch")
    custom_details = Anything()


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


class Taken(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["success", "stored"], help_text="stored: kept, for a person to look at")
    dedup_key = serializers.CharField()
    melding = serializers.CharField(allow_null=True, help_text="null: no open disturbance has this key")


class MonitoringEvents(Endpoint):
    monitoring = True
    throttle_classes = ()
    serializer_class = EventBody

    @extend_schema(
        operation_id="take_event", summary="An alarm of a monitoring system", responses={202: Taken}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        now, body = timezone.now(), request.body
        raw = body.decode(errors="replace")
        try:
            given = EventBody(data=_parsed(body))
            given.is_valid(raise_exception=True)
        except serializers.ValidationError as wrong:
            errors = list(flat(wrong.detail))
            keep_unreadable(
                raw, by=self.user, error="; ".join(f"{one['field']}: {one['detail']}" for one in errors)
            )
            return problem(400, _("Dit alarm is niet te lezen; het is wel bewaard."), errors=errors)
        row, melding = actions.take_event(event_of(given.validated_data, now), raw=raw, by=self.user, at=now)
        return Response(
            {
                "status": "stored" if row.error else "success",
                "dedup_key": row.dedup_key,
                "melding": melding and melding.number,
            },
            202,
        )


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise serializers.ValidationError(_("Dit is geen JSON in UTF-8.")) from error


def event_of(given: dict[str, Any], now: datetime) -> MonitoringEvent:
    payload = given.get("payload") or {}
    return MonitoringEvent(
        action=given["event_action"], dedup_key=given["dedup_key"], summary=payload.get("summary", ""),
        source=payload.get("source", ""), severity=payload.get("severity", "critical"),
        component=payload.get("component", ""), details=payload.get("custom_details"),
        started_at=started_at(payload.get("timestamp"), now),
    )  # fmt: skip


def started_at(value: Any, now: datetime) -> datetime | None:
    """The sender's word of when it began; None when it is no moment of the past year, however written."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        sensible = moment is not None and moment.utcoffset() is not None and now - OLDEST <= moment <= now
    except (ValueError, OverflowError):
        return None
    return moment if sensible else None
