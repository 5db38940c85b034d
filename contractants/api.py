"""Contractants and Diensten, to read."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contractants.models import Contractant, Service
from desk.api import Endpoint
from desk.paging import Key


class ContractantShape(serializers.ModelSerializer[Contractant]):
    id = serializers.UUIDField(source="public_id")
    partnerships: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)

    class Meta:
        model = Contractant
        fields = ("id", "name", "city", "partnerships", "is_active")


class ServiceShape(serializers.ModelSerializer[Service]):
    class Meta:
        model = Service
        fields = ("slug", "name", "kind", "is_active")


class Contractants(Endpoint):
    serializer_class = ContractantShape
    queryset = Contractant.objects.none()
    orderings = {"id": [Key("id")]}

    @extend_schema(operation_id="list_contractants", summary="Contractants that the caller may see")
    def get(self, request: Request) -> Response:
        rows: Any = Contractant.objects.all()
        return self.page(rows.visible_to(self.user).prefetch_related("partnerships"))


class Services(Endpoint):
    serializer_class = ServiceShape
    queryset = Service.objects.none()
    orderings = {"id": [Key("id")]}

    @extend_schema(operation_id="list_services", summary="Diensten")
    def get(self, request: Request) -> Response:
        return self.page(Service.objects.all())


urlpatterns = [
    path("contractants/", Contractants.as_view(), name="contractants"),
    path("services/", Services.as_view(), name="services"),
]
