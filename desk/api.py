"""What every endpoint of the API shares: body, filters, pages, and how it describes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import BasePagination
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from desk import paging, quarantine
from desk.arriving import way_in
from desk.models import Quarantined, User
from desk.paging import Key
from desk.problem_codes import CODES, OTHERS
from desk.throttling import TokenThrottle
from desk.tokens import InScope

M = TypeVar("M", bound=Model)
HEADERS = {
    "Idempotency-Key": "Send it again safely: the same key gets the same answer for 24 hours.",
    "If-Match": "The ETag that you saw; 412 with `meanwhile` if somebody else was first.",
}
MASKED = "The fields in which a BSN seemed to stand, which was masked; not there when there was none."
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted({*CODES.values(), *OTHERS})},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "meanwhile": {"type": "array", "items": {"type": "object"}},
    },
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "desk.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "Authorization: Token … | Bearer …"}


class CleanJSONParser(JSONParser):
    """JSON is UTF-8 (RFC 8259), whatever the charset says; too deep is unreadable, not a fault of ours."""

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, {**(parser_context or {}), "encoding": "utf-8"})
        except RecursionError as error:
            raise ParseError(_("De JSON is te diep genest.")) from error


class Schema(AutoSchema):
    """Adds the headers that are honoured, and the one shape of all errors."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            content = {"application/problem+json": {"schema": PROBLEM}}
            self._tell_of_masking(operation)
            operation["responses"]["default"] = {"description": "A problem (RFC 9457)", "content": content}
        return operation

    def _tell_of_masking(self, operation: dict[str, Any]) -> None:
        if self.method in {"POST", "PATCH"}:
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    answer["headers"] = {
                        quarantine.HEADER: {"schema": {"type": "string"}, "description": MASKED}
                    }

    def _is_list_view(self, serializer: Any = None) -> bool:
        """By its name, which each operation gives itself: no view here is a `ListModelMixin`, and what several share
        an address with is told apart by nothing else."""
        return self.method == "GET" and self.get_operation_id().startswith("list_")

    def get_override_parameters(self) -> list[Any]:
        names = [
            *(["Idempotency-Key"] if self.method == "POST" else []),
            *(["If-Match"] if self.method in getattr(self.view, "if_match", ()) else []),
        ]
        return [OpenApiParameter(name, str, "header", description=HEADERS[name]) for name in names]


class StrictFilters(DjangoFilterBackend):  # type: ignore[misc]
    """A parameter that is not known is an error: a misspelt filter must not answer with everything."""

    def filter_queryset(self, request: Request, queryset: QuerySet[M], view: APIView) -> QuerySet[M]:
        known = {*self._names(view, queryset), "after", "before", "limit", "ordering"}
        if unknown := sorted(set(request.query_params) - known):
            raise ValidationError({name: _("Deze parameter is niet bekend.") for name in unknown})
        found: QuerySet[M] = super().filter_queryset(request, queryset, view)
        return found

    def _names(self, view: APIView, queryset: QuerySet[M]) -> set[str]:
        filterset = self.get_filterset_class(view, queryset)
        return set(filterset.base_filters) if filterset else set()


class KeysetPages(BasePagination):
    """Pages that cost the same however far one goes, and neither skip nor repeat while rows come in.

    The view gives `orderings`: name -> keys, the first of which is the default.
    """

    most, usual = 200, 50

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        keys, asked = self._ordering(request, view), request.query_params
        cursors = {name: asked.get(name, "") for name in ("after", "before")}
        for name, cursor in cursors.items():
            if cursor and not paging.is_readable(cursor, keys, queryset.model):
                raise ValidationError({name: _("Deze plaats hoort niet bij deze lijst.")})
        self.found: paging.Page[Any] = paging.page(queryset, keys, size=self._limit(request), **cursors)
        return self.found.rows

    def get_paginated_response(self, data: Any) -> Response:
        links = {
            "next": self._link("after", self.found.next),
            "previous": self._link("before", self.found.previous),
        }
        return Response({**links, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names: dict[str, dict[str, Any]] = {
            "after": {"type": "string"},
            "before": {"type": "string"},
            "limit": {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.usual},
            "ordering": {"type": "string", "enum": list(view.orderings)},
        }
        return [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in names.items()
        ]

    def _ordering(self, request: Request, view: Any) -> Sequence[Key]:
        orderings: dict[str, Sequence[Key]] = view.orderings
        name = request.query_params.get("ordering", next(iter(orderings)))
        if name not in orderings:
            raise ValidationError({"ordering": _("Kies uit: %(names)s.") % {"names": ", ".join(orderings)}})
        return orderings[name]

    def _limit(self, request: Request) -> int:
        text = request.query_params.get("limit", str(self.usual))
        if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= self.most):
            raise ValidationError(
                {"limit": _("Geef een getal van 1 tot en met %(most)d.") % {"most": self.most}}
            )
        return int(text)

    def _link(self, name: str, cursor: str) -> str | None:
        if not cursor:
            return None
        address = self.request.build_absolute_uri()
        for other in ("after", "before"):
            address = remove_query_param(address, other)
        return str(replace_query_param(address, name, cursor))


class Endpoint(GenericAPIView[Any]):
    """One address of the API. `if_match` names the methods that honour If-Match; `orderings` those of its list."""

    parser_classes: Any = [CleanJSONParser]
    renderer_classes: Any = [JSONRenderer]
    permission_classes: Any = [InScope]
    throttle_classes: Any = [TokenThrottle]
    pagination_class: Any = KeysetPages
    filter_backends: Any = [StrictFilters]
    schema = Schema()
    if_match: ClassVar[tuple[str, ...]] = ()
    orderings: ClassVar[dict[str, Sequence[Key]]] = {"id": [Key("id")]}

    masks_as: ClassVar[str] = Quarantined.Source.API

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What seems to be a BSN is masked on its way in (SLA 9.4). What is refused is kept nowhere."""
        with way_in(self.masks_as, timezone.now()) as going:
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                going.drop()
            else:
                quarantine.tell(response)
            return response

    @property
    def user(self) -> User:
        """Who asks; `InScope` has let nobody else pass."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def given(self, shape: type[Serializer[Any]]) -> dict[str, Any]:
        """What the body says, checked for shape; raises ValidationError naming each field."""
        serializer = shape(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        checked: dict[str, Any] = serializer.validated_data
        if "files" in checked:
            checked["files"] = quarantine.screened(checked["files"])
        return checked

    def page(self, rows: QuerySet[Any]) -> Response:
        shown = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(shown, many=True).data)
