"""What Beheer shows of rows that carry words of a Melding: nothing of one that is closed to who looks."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Least
from django.http import HttpRequest

from desk.acts import ReadOnlyAdmin
from desk.models import Case, InboundMail, User
from desk.models.trail import without_hidden
from incidents.models import Alert, Melding, Message, RawEvent, WebReport


class OfMelding(ReadOnlyAdmin):
    """Of rows with a `melding`."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(melding__in=Melding.hidden_from(who(request)))


def who(request: HttpRequest) -> User:
    """The member of staff who is signed in: `admin_view` lets nobody else pass."""
    assert isinstance(request.user, User)
    return request.user


def deliveries(rows: QuerySet[RawEvent], user: User) -> QuerySet[RawEvent]:
    """A delivery with several alarms names none: it is hidden where one of them may have been in it."""
    closed = Alert.objects.filter(melding__in=Melding.hidden_from(user))
    last = Greatest("last_seen_at", "recovered_at")
    around = closed.alias(last=last).filter(
        source=OuterRef("source"), first_seen_at__lte=OuterRef("until"), last__gte=OuterRef("since")
    )
    since, until = Least("received_at", "processed_at"), Coalesce("processed_at", "received_at")
    timed = rows.alias(since=since, until=until).exclude(alert__in=closed)
    return timed.exclude(Exists(around), alert=None)


def mails(rows: QuerySet[InboundMail], user: User) -> QuerySet[InboundMail]:
    """By the case that it led to, by where its words went since, and by the report that waited for its sender."""
    closed = Melding.hidden_from(user)
    said, reports = Message.objects.filter(melding__in=closed), WebReport.objects.filter(melding__in=closed)
    seen = without_hidden(rows, user).exclude(case_type="web_report", case_id__in=reports.values("pk"))
    return seen.exclude(case_type=Melding.case_type, message__in=said.values("pk"))


def apart(rows: QuerySet[InboundMail]) -> QuerySet[InboundMail]:
    """Those that answer what not all staff may see."""
    kinds = [kind.case_type for kind in Case.kinds() if kind.kept_apart]
    restricted = Melding.objects.filter(restricted_at__isnull=False)
    of_melding = Q(case_type=Melding.case_type, case_id__in=restricted.values("pk"))
    return rows.filter(Q(case_type__in=kinds) | of_melding)
