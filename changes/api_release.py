"""Releases in the API."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from changes import doors, queries
from changes.actions import release as releases
from changes.api_change import Body, Reasoned, is_internal, made, services
from changes.models import Release, ReleaseKind, ReleaseState
from contractants.models import Service
from desk.case_api import CaseApi, CaseList, CaseRow, Transitions
from desk.idempotency import idempotent
from desk.paging import Key
from desk.shapes import ByKey, Shape, Text
from incidents.api.bodies import Nothing


class ReleaseRow(CaseRow):
    address = "api:release"
    service = serializers.SlugRelatedField[Service](slug_field="slug", read_only=True)
    compulsory = serializers.BooleanField(source="is_compulsory", help_text="because of a CVE (SLA 11)")

    class Meta:
        model = Release
        fields: tuple[str, ...] = (
            *CaseRow.FIRST, "kind", "service", "name", "planned_on", "released_at", "supported_until", "compulsory",
            *CaseRow.LAST,
        )  # fmt: skip

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """A contact reads of a vulnerability once it is out."""
        told: dict[str, Any] = super().to_representation(instance)
        if not (instance.tells_compulsory or is_internal(self.context)):
            told |= {"compulsory": False} | ({"cve_reason": ""} if "cve_reason" in told else {})
        return told


class ReleaseDetail(Transitions, ReleaseRow):
    """For a contact the notes and the reason are empty before it is out, and `changes` is absent."""

    doors = doors.RELEASE
    changes = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()
    introduction = serializers.SerializerMethodField()

    class Meta(ReleaseRow.Meta):
        fields = (
            *ReleaseRow.Meta.fields, "cve_reason", "introduction", "notes", "changes", "transitions"
        )  # fmt: skip

    def get_introduction(self, release: Release) -> str:
        return release.introduction if self._reads(release) else ""

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_notes(self, release: Release) -> list[str]:
        return [one.release_note for one in queries.notes(release)] if self._reads(release) else []

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_changes(self, release: Release) -> list[str]:
        return [one.number for one in release.changes.all()]

    def _reads(self, release: Release) -> bool:
        return release.is_out or is_internal(self.context)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(instance)
        if not is_internal(self.context):
            del told["changes"]
        return told


class ReleaseFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=ReleaseState.choices)
    kind = filters.MultipleChoiceFilter(choices=ReleaseKind.choices)
    service = filters.CharFilter(field_name="service__slug", help_text="slug of the Dienst")

    class Meta:
        model = Release
        fields: tuple[str, ...] = ()


class NewRelease(Shape):
    service = ByKey("slug", services)
    kind = serializers.ChoiceField(ReleaseKind.choices)
    name = serializers.CharField(max_length=20, help_text="such as 8.2 or 8.2.1")
    planned_on = serializers.DateField()


class Moved(Reasoned):
    planned_on = serializers.DateField()


class Introduction(Shape):
    introduction = Text()


class ReleaseList(CaseList):
    @extend_schema(
        operation_id="create_release", summary="Plan a Release", request=NewRelease, responses={201: ReleaseDetail}
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        new = releases.register(by=self.user, at=timezone.now(), **self.given(NewRelease))
        return made(self, new)


RELEASES = CaseApi(
    doors.RELEASE, "release", "releases", "R", ReleaseRow, ReleaseDetail, ReleaseFilters,
    {"-id": queries.LATEST, "id": (Key("id"),)},
    {
        "freeze": Nothing, "publish": Nothing, "thaw": Nothing, "reschedule": Moved, "introduce": Introduction,
        "require": Reasoned, "end_support": Nothing, "withdraw": Reasoned, "note": Body,
    },
    on_pages=frozenset({"attach"}),
)  # fmt: skip
