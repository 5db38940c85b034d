"""What was promised, to read: published policy versions with their targets."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from desk.api import Endpoint
from desk.paging import Key
from sla.models import PolicyVersion, Target


class TargetShape(serializers.ModelSerializer[Target]):
    calendar = serializers.CharField(source="calendar.calendar.slug")
    calendar_version = serializers.IntegerField(source="calendar.number")

    class Meta:
        model = Target
        fields = ("clock", "priority", "amount", "unit", "calendar", "calendar_version", "norm")


class PolicyShape(serializers.ModelSerializer[PolicyVersion]):
    policy = serializers.SlugField(source="policy.slug")
    name = serializers.CharField(source="policy.name")
    supplier = serializers.CharField(source="policy.supplier")
    version = serializers.IntegerField(source="number")
    targets = TargetShape(many=True)

    class Meta:
        model = PolicyVersion
        fields = (
            "policy", "name", "supplier", "version", "label", "starts_on", "matrix", "question_priority",
            "change_priority", "pauses_for_contractant", "starts_at_registration", "warnings", "targets",
        )  # fmt: skip


class Policies(Endpoint):
    serializer_class = PolicyShape
    queryset = PolicyVersion.objects.none()
    orderings = {"id": [Key("id")]}

    @extend_schema(operation_id="list_policies", summary="Published versions of all policies (SLA 9.3)")
    def get(self, request: Request) -> Response:
        rows = PolicyVersion.objects.filter(published_at__isnull=False).select_related("policy")
        return self.page(rows.prefetch_related("targets__calendar__calendar"))


urlpatterns = [path("policies/", Policies.as_view(), name="policies")]
