"""Structural failures at their addresses, to read (art. 2.12); the talk is asked for and recorded on a page."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from desk.api import Endpoint
from desk.etags import etag
from desk.paging import Key
from incidents.api.shapes import ContractantKey, ServiceKey
from incidents.failures import visible
from incidents.models.structural import FailureState, StructuralFailure, StructuralTalk

OLDEST = (Key("detected_at"), Key("id"))
NEWEST = (Key("detected_at", descending=True), Key("id", descending=True))


class TalkShape(serializers.ModelSerializer[StructuralTalk]):
    class Meta:
        model = StructuralTalk
        fields = ("umbrella", "planned_at", "held_at", "outcome")


class FailureRow(serializers.ModelSerializer[StructuralFailure]):
    url = serializers.SerializerMethodField()
    contractant = ContractantKey()
    service = ServiceKey(allow_null=True)
    quarter = serializers.CharField(source="quarter_name", help_text="such as 2026-Q2")

    class Meta:
        model = StructuralFailure
        fields: tuple[str, ...] = (
            "number", "url", "state", "ground", "contractant", "service", "quarter", "detected_at", "requested_at",
            "version",
        )  # fmt: skip

    def get_url(self, failure: StructuralFailure) -> str:
        path = reverse("api:structural_failure", args=[failure.number])
        return str(self.context["request"].build_absolute_uri(path))


class FailureDetail(FailureRow):
    meldingen: Any = serializers.SlugRelatedField(
        "number", many=True, read_only=True, help_text="the evidence"
    )
    requested_by = serializers.CharField(source="requested_by.name", allow_null=True, default=None)
    talk = TalkShape(allow_null=True)

    class Meta(FailureRow.Meta):
        fields = (*FailureRow.Meta.fields, "meldingen", "request", "requested_by", "talk")


class FailureFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=FailureState.choices)
    contractant = filters.UUIDFilter(field_name="contractant__public_id", help_text="id of the contractant")
    quarter = filters.DateFilter(help_text="first day of the quarter")

    class Meta:
        model = StructuralFailure
        fields: tuple[str, ...] = ()


class FailureEndpoint(Endpoint):
    queryset = StructuralFailure.objects.none()

    def visible(self) -> Any:
        return visible(self.user)


class Failures(FailureEndpoint):
    serializer_class: Any = FailureRow
    filterset_class = FailureFilters
    orderings = {"-detected_at": NEWEST, "detected_at": OLDEST}

    @extend_schema(
        operation_id="list_structural_failures", summary="Structural failures that the caller may see"
    )
    def get(self, request: Request) -> Response:
        return self.page(self.visible())


class OneFailure(FailureEndpoint):
    serializer_class = FailureDetail

    @extend_schema(operation_id="get_structural_failure", summary="One structural failure with its evidence")
    def get(self, request: Request, failure: str) -> Response:
        """404 is the same for unknown and for not allowed."""
        found = self.visible().prefetch_related("meldingen").filter(number=failure).first()
        if found is None:
            raise Http404
        return Response(self.get_serializer(found).data, headers={"ETag": etag(found)})
