"""The API of one kind of case: its list, one of them, and a POST for each step that people take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.http import Http404
from django.urls import URLPattern, path, register_converter, reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from desk.api import Endpoint
from desk.doors import TALK, Doors
from desk.etags import etag, version_in
from desk.idempotency import idempotent
from desk.models import Case
from desk.numbers import pattern
from desk.paging import Key
from desk.shapes import Shape

C = TypeVar("C", bound=Case)


class CaseRow(serializers.ModelSerializer[Any]):
    """A case in a list. A kind of its own adds its fields after `FIRST` and before `LAST`; `address` names its own."""

    FIRST: ClassVar[tuple[str, ...]] = ("number", "url", "state")
    LAST: ClassVar[tuple[str, ...]] = ("version",)
    address: ClassVar[str]
    url = serializers.SerializerMethodField()

    def get_url(self, case: Any) -> str:
        return str(self.context["request"].build_absolute_uri(reverse(self.address, args=[case.number])))


class Transitions(serializers.Serializer[Any]):
    """For the detail of a case: what the caller may do now. `doors` are those of its kind."""

    doors: ClassVar[Doors[Any]]
    transitions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_transitions(self, case: Any) -> list[str]:
        """Those that have an address here."""
        offered = self.doors.offered(case, self.context["request"].user)
        return [verb for verb in offered if verb in self.context["view"].api.bodies]


@dataclass(frozen=True)
class CaseApi(Generic[C]):
    """What makes the addresses of one kind: `name` singular, `plural` in the address, `letter` of its numbers.

    `bodies` says what each verb takes; a verb that people take and that has no body here is a mistake, unless it is
    one of `on_pages`.
    """

    doors: Doors[C]
    name: str
    plural: str
    letter: str
    row: type[CaseRow]
    detail: type[CaseRow]
    filters: Any
    orderings: dict[str, Sequence[Key]]
    bodies: Mapping[str, type[Shape]]
    on_pages: frozenset[str] = frozenset()

    def urls(self, listed: type[CaseList] | None = None) -> list[URLPattern]:
        """Its addresses; `listed` is a list of its own, such as one that also takes a POST for a new one."""
        forgotten = set(self.doors.steps) - set(self.bodies) - self.on_pages
        assert not forgotten, f"{self.name}: {forgotten}"
        converter = type("Number", (_Number,), {"regex": pattern(self.letter)})
        register_converter(converter, f"api_{self.name}")
        one = f"{self.plural}/<api_{self.name}:{self.name}>/"
        steps = [self._step(one, verb) for verb in self.bodies]
        views = [self._view(listed or CaseList, self.row), self._view(OneCase, self.detail)]
        return [
            path(f"{self.plural}/", views[0], name=self.plural.replace("-", "_")),
            path(one, views[1], name=self.name),
            *steps,
        ]

    def _view(self, base: type[CaseEndpoint], shape: type[CaseRow]) -> Any:
        view: Any = type(f"{self.name}_{base.__name__}", (base,), {
            "api": self, "serializer_class": shape, "orderings": self.orderings,
            "filterset_class": self.filters if issubclass(base, CaseList) else None,
            "queryset": self.doors.model._default_manager.none(),
        })  # fmt: skip
        verb = f"list_{self.plural}" if issubclass(base, CaseList) else f"get_{self.name}"
        described = extend_schema(
            operation_id=verb.replace("-", "_"), summary=verb.replace("_", " ").capitalize()
        )
        return extend_schema_view(get=described)(view).as_view()

    def _step(self, one: str, verb: str) -> URLPattern:
        known = {
            "api": self, "verb": verb, "serializer_class": self.bodies[verb],
            "queryset": self.doors.model._default_manager.none(),
        }  # fmt: skip
        view: Any = type(f"{self.name}_{verb}", (Step,), known)
        words = f"{self.name.capitalize()}: {verb.replace('_', ' ')}"
        described = extend_schema(operation_id=f"{self.name}_{verb}", summary=words, responses=self.detail)
        as_view = extend_schema_view(post=described)(view).as_view()
        route: URLPattern = path(f"{one}{verb}/", as_view, name=f"{self.name}_{verb}")
        return route


class _Number:
    regex: ClassVar[str]

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CaseEndpoint(Endpoint):
    api: ClassVar[CaseApi[Any]]

    def case(self) -> Any:
        """404 is the same for unknown and for not allowed."""
        found = self.api.doors.rows(self.user).filter(number=self.kwargs[self.api.name]).first()
        if found is None:
            raise Http404
        return found

    def show(self, case: Any, status: int = 200) -> Response:
        data = self.api.detail(case, context=self.get_serializer_context()).data
        return Response(data, headers={"ETag": etag(case)}, status=status)


class CaseList(CaseEndpoint):
    def get(self, request: Request) -> Response:
        return self.page(self.api.doors.rows(self.user))


class OneCase(CaseEndpoint):
    def get(self, request: Request, **number: str) -> Response:
        return self.show(self.case())


class Step(CaseEndpoint):
    """One class for all: the body and the action are those of `verb`."""

    verb: ClassVar[str] = ""
    if_match = ("POST",)

    @idempotent
    def post(self, request: Request, **number: str) -> Response:
        case = self.case()
        version = {} if self.verb in TALK else {"version": version_in(request, case)}
        given = self.given(self.api.bodies[self.verb])
        self.api.doors.do(case, self.verb, by=self.user, at=timezone.now(), **version, **given)
        return self.show(self.case())
