"""Every address that the desk answers to, filled in with the identity of one Melding or of none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

ROUTE_PART = re.compile(r"<(?:\w+:)?(\w+)>")
NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Address:
    """`name` as reverse() knows it, or the route where it has none; `parts` are the names of what varies."""

    name: str
    template: str
    parts: tuple[str, ...]

    @property
    def methods(self) -> tuple[str, ...]:
        """Those that it may treat differently: a page treats PATCH and DELETE as PUT, a view of the API each by itself."""
        return METHODS if self.template.startswith("/api/") else METHODS[:3]

    def filled(self, values: dict[str, Any]) -> str:
        return self.template.format(**{part: values.get(part, "1") for part in self.parts})


def addresses() -> Iterator[Address]:
    yield from _walk(get_resolver().url_patterns, "/", "")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        template = prefix + _template(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, template, inner)
        else:
            parts = tuple(re.findall(r"{(\w+)}", template))
            yield Address(f"{space}{pattern.name or template}", template, parts)


def _template(pattern: Any) -> str:
    if isinstance(pattern, RoutePattern):
        return ROUTE_PART.sub(r"{\1}", str(pattern))
    return re.sub(r"[\^$\\?]", "", NAMED_GROUP.sub(r"{\1}", str(pattern)))
