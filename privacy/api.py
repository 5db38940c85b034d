"""Security incidents in the API: to read, for whoever may see them; what is done to them is done on the pages."""

from __future__ import annotations

import django_filters as filters
from django.urls import URLPattern, URLResolver
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from desk.case_api import CaseApi, CaseRow
from privacy.breach import queries
from privacy.breach.doors import DOORS
from privacy.models import BreachState, SecurityIncident


class SecurityIncidentRow(CaseRow):
    address = "api:security_incident"
    melding = serializers.CharField(source="melding.number", allow_null=True, default=None)
    told_at = serializers.SerializerMethodField()
    risk = serializers.CharField(
        help_text="none, risk or high; empty where it was not decided, or is no breach"
    )

    class Meta:
        model = SecurityIncident
        fields: tuple[str, ...] = (
            *CaseRow.FIRST, "aspect", "subject", "melding", "known_at", "due_at", "told_at", "is_breach", "risk", "ended_at",
            *CaseRow.LAST,
        )  # fmt: skip

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_told_at(self, case: SecurityIncident) -> str | None:
        """When the last controller was told."""
        told = case.told_at()
        return told.isoformat() if told else None


class SecurityIncidentDetail(SecurityIncidentRow):
    controllers = serializers.SerializerMethodField()

    class Meta(SecurityIncidentRow.Meta):
        fields = (
            *SecurityIncidentRow.Meta.fields,
            "description",
            "effects",
            "measures",
            "lessons",
            "controllers",
        )

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_controllers(self, case: SecurityIncident) -> list[str]:
        return [str(one.contractant.public_id) for one in case.affected.select_related("contractant")]


class SecurityIncidentFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=BreachState.choices)
    is_breach = filters.BooleanFilter()

    class Meta:
        model = SecurityIncident
        fields: tuple[str, ...] = ()


API = CaseApi(
    DOORS, name="security_incident", plural="security-incidents", letter="B", row=SecurityIncidentRow,
    detail=SecurityIncidentDetail, filters=SecurityIncidentFilters,
    orderings={"-known_at": queries.NEWEST, "due_at": queries.BY_DUE}, bodies={}, on_pages=frozenset(DOORS.steps),
)  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [*API.urls()]
