"""What a list of Meldingen can be narrowed to."""

from __future__ import annotations

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone

from incidents import queries
from incidents.models import Channel, Kind, Melding, State

VIEWS = [(view.slug, view.name) for view in queries.VIEWS]


class MeldingFilters(filters.FilterSet):  # type: ignore[misc]
    """`state`, `priority` and `kind` may be given more than once; different parameters narrow together."""

    state = filters.MultipleChoiceFilter(choices=State.choices)
    priority = filters.MultipleChoiceFilter(choices=[(str(number), str(number)) for number in range(1, 5)])
    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    contractant = filters.UUIDFilter(field_name="contractant__public_id", help_text="id of the contractant")
    service = filters.CharFilter(field_name="service__slug", help_text="slug of the Dienst")
    assignee = filters.CharFilter(
        field_name="assignee__email", lookup_expr="iexact", help_text="e-mail address"
    )
    received_after = filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="gte")
    received_before = filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="lt")
    view = filters.ChoiceFilter(choices=VIEWS, method="in_view", help_text="a view of the worklist")
    q = filters.CharFilter(method="with_words", help_text="words, as in the search of the desk")

    class Meta:
        model = Melding
        fields: tuple[str, ...] = ()

    def in_view(self, rows: QuerySet[Melding], name: str, slug: str) -> QuerySet[Melding]:
        return rows.filter(queries.VIEW[slug].condition(self.request.user, timezone.now()))

    def with_words(self, rows: QuerySet[Melding], name: str, text: str) -> QuerySet[Melding]:
        return rows.filter(queries.words(self.request.user, text))
