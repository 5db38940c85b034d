"""How a Melding and what belongs to it look from outside."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from desk.door import permitted
from desk.models import Event, User
from desk.permissions import SEES_ALL
from domain.clock import Clock
from domain.ledger import Stretch
from incidents.clocks import Reading
from incidents.models import Attachment, Melding, Message


class PersonShape(serializers.Serializer[User]):
    name = serializers.CharField()
    email = serializers.EmailField()


class ContractantKey(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class ServiceKey(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    name = serializers.CharField()


class ClockColumns(serializers.Serializer[Any]):
    """A clock as the list shows it: the projection, which the clocks endpoint explains."""

    state = serializers.CharField(help_text="running | paused | stopped | untimed")
    due = serializers.DateTimeField(allow_null=True)
    met = serializers.BooleanField(allow_null=True)


class MeldingRow(serializers.ModelSerializer[Melding]):
    url = serializers.SerializerMethodField()
    contractant = ContractantKey(allow_null=True)
    service = ServiceKey(allow_null=True)
    assignee = serializers.SerializerMethodField()
    response = serializers.SerializerMethodField()
    resolution = serializers.SerializerMethodField()

    class Meta:
        model = Melding
        fields: tuple[str, ...] = (
            "number", "url", "kind", "state", "priority", "subject", "channel", "contractant", "service",
            "service_unknown", "assignee", "received_at", "response", "resolution", "next_due_at", "missing",
            "version",
        )  # fmt: skip

    def get_url(self, melding: Melding) -> str:
        path = reverse("api:melding", args=[melding.number])
        return str(self.context["request"].build_absolute_uri(path))

    @extend_schema_field(PersonShape(allow_null=True))
    def get_assignee(self, melding: Melding) -> dict[str, str] | None:
        """Contractants see who deals with it by name alone."""
        if melding.assignee is None:
            return None
        seen = self.context["request"].user.role in SEES_ALL
        return {"name": melding.assignee.name, "email": melding.assignee.email if seen else ""}

    @extend_schema_field(ClockColumns)
    def get_response(self, melding: Melding) -> dict[str, Any]:
        return self._clock(melding, "response")

    @extend_schema_field(ClockColumns)
    def get_resolution(self, melding: Melding) -> dict[str, Any]:
        return self._clock(melding, "resolution")

    def _clock(self, melding: Melding, name: str) -> dict[str, Any]:
        return dict(
            ClockColumns({part: getattr(melding, f"{name}_{part}") for part in ("state", "due", "met")}).data
        )


class RelationShape(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="duplicate | child | follow_up | split")
    melding = serializers.CharField(source="other.number")


class PolicyKey(serializers.Serializer[Any]):
    policy = serializers.SlugField(source="policy.slug")
    version = serializers.IntegerField(source="number")


class MeldingDetail(MeldingRow):
    contact = serializers.EmailField(source="contact.user.email", allow_null=True, default=None)
    policy = PolicyKey(source="policy_version")
    relations = serializers.SerializerMethodField()
    escalations: Any = serializers.SlugRelatedField("number", many=True, read_only=True)
    transitions = serializers.SerializerMethodField()

    class Meta(MeldingRow.Meta):
        fields = (
            *MeldingRow.Meta.fields, "description", "contact", "reporter_name", "reporter_email",
            "reporter_phone", "impact", "urgency", "expected_priority", "breach_of_confidentiality",
            "breach_of_integrity", "affected_users", "first_seen_at", "first_seen_action", "reproducible",
            "images_masked", "goal", "examples", "solution", "has_workaround", "handed_over_at",
            "needs_handover", "chain_party", "expected_at", "policy", "relations", "escalations",
            "transitions",
        )  # fmt: skip

    needs_handover = serializers.BooleanField()

    @extend_schema_field(RelationShape(many=True))
    def get_relations(self, melding: Melding) -> Any:
        seen = Melding.objects.visible_to(self.context["request"].user)
        return RelationShape(melding.relations.filter(other__in=seen).select_related("other"), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_transitions(self, melding: Melding) -> list[str]:
        """What the caller may do now."""
        return [step.name for step in permitted(melding, self.context["request"].user) if step.custom]


class AttachmentShape(serializers.ModelSerializer[Attachment]):
    id = serializers.UUIDField(source="public_id")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = ("id", "url", "name", "content_type", "size", "sha256", "visibility", "at")

    def get_url(self, attachment: Attachment) -> str:
        path = reverse("api:attachment", args=[self.context["number"], attachment.public_id])
        return str(self.context["request"].build_absolute_uri(path))


class MessageShape(serializers.ModelSerializer[Message]):
    origin = serializers.CharField(
        source="origin.number", allow_null=True, default=None, help_text="the Melding that it was moved from"
    )
    attachments = AttachmentShape(many=True)

    class Meta:
        model = Message
        fields = ("id", "at", "verb", "visibility", "channel", "author_name", "body", "origin", "attachments")


class EventShape(serializers.ModelSerializer[Event]):
    by = serializers.CharField(source="actor.name", allow_null=True, default=None, help_text="null: the desk")

    class Meta:
        model = Event
        fields = ("id", "verb", "at", "recorded_at", "by", "source", "target", "data")


class StretchShape(serializers.Serializer[Stretch]):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    seconds = serializers.IntegerField()
    counted = serializers.BooleanField()
    reason = serializers.CharField(help_text="open | outside_hours | weekend | closed | paused | stopped")
    label = serializers.CharField(help_text="the name of a closed day")  # type: ignore[assignment]


class ClockShape(serializers.Serializer[Clock]):
    """One clock, explained (SLA 2.21, 2.25, 9.3). Seconds are business seconds on its calendar."""

    state = serializers.CharField(help_text="running | paused | stopped | untimed")
    started = serializers.DateTimeField()
    effective = serializers.DateTimeField(allow_null=True)
    elapsed = serializers.IntegerField()
    budget = serializers.IntegerField(allow_null=True)
    remaining = serializers.IntegerField(allow_null=True)
    due = serializers.DateTimeField(allow_null=True, help_text="null while paused, stopped or without target")
    last_due = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    met = serializers.BooleanField(allow_null=True)
    late = serializers.BooleanField()
    ledger = StretchShape(many=True)
    ahead = StretchShape(many=True, help_text="from now to the deadline")


class ClocksShape(serializers.Serializer[Reading]):
    now = serializers.DateTimeField(source="response.until")
    response = ClockShape()
    resolution = ClockShape()
    moments = serializers.DictField(
        child=serializers.DateTimeField(), help_text="registered, contacted, diagnosed (SLA 2.25)"
    )


class FileShape(serializers.Serializer[Any]):
    """A form (multipart/form-data) with one or more files."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=10)
    images_masked = serializers.BooleanField(
        default=False, help_text="personal data in photo or video is masked (SLA 9.4)"
    )
