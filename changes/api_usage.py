"""Which Release each contractant uses, in the API (art. 5.2, SLA 11)."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from changes import usage_queries as queries
from changes.actions.usage import record_use
from changes.models import Release, ReleaseUse
from contractants.models import Contractant
from desk.api import Endpoint
from desk.idempotency import idempotent
from desk.models import User
from desk.paging import Key
from desk.shapes import ByKey, Shape


def contractants(user: User) -> Any:
    rows: Any = Contractant.objects.all()
    return rows.visible_to(user)


def visible(user: User) -> Any:
    rows: Any = Release.objects.all()
    return rows.visible_to(user)


class NewReleaseUse(Shape):
    contractant = ByKey("public_id", contractants, help_text="id of the contractant")
    release = ByKey("number", visible, help_text="such as R26-00003")
    since = serializers.DateField(help_text="the local day on which it came into production")


class CompulsoryShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    due_on = serializers.DateField()


class StandingShape(serializers.Serializer[Any]):
    """On this day. `behind` counts Releases, no patches or updates; more than two is `too_far` (art. 5.2)."""

    behind = serializers.IntegerField()
    newest = serializers.CharField(source="newest.name", allow_null=True, default=None)
    too_far = serializers.BooleanField(source="is_too_far")
    supported = serializers.BooleanField(source="is_supported")
    supported_until = serializers.DateField(source="used.supported_until", allow_null=True)
    compulsory = CompulsoryShape(
        source="open", many=True, help_text="not taken yet, each with its last day (SLA 11)"
    )


class ReleaseUseShape(serializers.ModelSerializer[ReleaseUse]):
    contractant = serializers.UUIDField(source="contractant.public_id")
    service = serializers.CharField(source="service.slug")
    release = serializers.CharField(source="release.number")
    name = serializers.CharField(source="release.name", help_text="the version")
    current = serializers.BooleanField(source="is_current", help_text="false: it used this one before")
    standing = serializers.SerializerMethodField(help_text="null for what is not in use any more")

    class Meta:
        model = ReleaseUse
        fields = ("contractant", "service", "release", "name", "since", "recorded_at", "current", "standing")

    @extend_schema_field(StandingShape(allow_null=True))
    def get_standing(self, use: Any) -> Any:
        if not use.is_current:
            return None
        return StandingShape(self.context["view"].known.standings[use.release_id]).data


class ReleaseUseFilters(filters.FilterSet):  # type: ignore[misc]
    contractant = filters.UUIDFilter(field_name="contractant__public_id")
    service = filters.CharFilter(field_name="service__slug", help_text="slug of the Dienst")
    release = filters.CharFilter(field_name="release__number")
    current = filters.BooleanFilter(field_name="is_current")

    class Meta:
        model = ReleaseUse
        fields: tuple[str, ...] = ()


class ReleaseUses(Endpoint):
    serializer_class = ReleaseUseShape
    queryset = ReleaseUse.objects.none()
    filterset_class = ReleaseUseFilters
    orderings = {"-id": [Key("id", descending=True)], "id": [Key("id")]}

    def rows(self) -> QuerySet[Any]:
        rows: Any = ReleaseUse.objects.all()
        same = ReleaseUse.objects.filter(contractant=OuterRef("contractant"), service=OuterRef("service"))
        later = same.filter(since__gt=OuterRef("since")) | same.filter(
            since=OuterRef("since"), pk__gt=OuterRef("pk")
        )
        found: QuerySet[Any] = rows.visible_to(self.user).annotate(is_current=~Exists(later))
        return found.select_related("contractant", "service", "release")

    @cached_property
    def known(self) -> queries.Known:
        return queries.known(timezone.now())

    @extend_schema(operation_id="list_release_uses", summary="Which Release each contractant uses and used")
    def get(self, request: Request) -> Response:
        return self.page(self.rows())

    @extend_schema(
        operation_id="record_release_use", summary="Record which Release a contractant uses",
        request=NewReleaseUse, responses={201: ReleaseUseShape},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        made = record_use(by=self.user, at=timezone.now(), **self.given(NewReleaseUse))
        return Response(self.get_serializer(self.rows().get(pk=made.pk)).data, 201)


urlpatterns = [path("release-uses/", ReleaseUses.as_view(), name="release_uses")]
