"""Parts of which the shapes of the API are made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from desk import quarantine
from desk.models import User
from desk.texts import TEXT_MAX


class Shape(serializers.Serializer[Any]):
    """What a body may hold; a field that is not known is an error, so that no misspelling is ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(map(str, set(data) - set(self.fields)))):
            raise serializers.ValidationError({name: _("Dit veld is niet bekend.") for name in unknown})
        given: dict[str, Any] = super().to_internal_value(data)
        return {name: self._masked(name, value) for name, value in given.items()}

    def _masked(self, name: str, value: Any) -> Any:
        """A text without the BSN that seem to stand in it; they go into quarantine (SLA 9.4)."""
        field = self.fields.get(name)
        if not isinstance(value, str) or not isinstance(field, serializers.CharField):
            return value
        return quarantine.masked(value, name, field.max_length)


class Moment(serializers.DateTimeField):
    """ISO 8601 with an offset or Z: an hour without a zone is a guess, and clocks run on it."""

    default_error_messages = {
        "naive": gettext_lazy("Geef een tijdstip met tijdzone, zoals 2026-06-16T10:00:00Z.")
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("naive")
        return super().enforce_timezone(value)


class Text(serializers.CharField):
    """Text of at most 20,000 characters, kept as it was sent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": TEXT_MAX, "trim_whitespace": False, **options})


class ByKey(serializers.CharField):
    """A row by what the outside knows it by, among those that the caller may see."""

    default_error_messages = {"unknown": gettext_lazy("Onbekend: {value}.")}

    def __init__(self, key: str, rows: Callable[[User], QuerySet[Any]], **options: Any) -> None:
        self.key, self.rows = key, rows
        super().__init__(**{"write_only": True, **options})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return value if value is None else self._found(value)

    def _found(self, value: str) -> Any:
        try:
            found = self.rows(self.context["request"].user).filter(**{self.key: value}).first()
        except ValidationError:  # not what a key of this kind looks like
            found = None
        if found is None:
            self.fail("unknown", value=value[:80])
        return found
