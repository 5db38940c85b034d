"""What else was achieved or went wrong in the month: causes, Releases, Onderhoud, structural failures, complaints (SLA 13)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from changes.models import Maintenance, MaintenanceKind, MaintenanceState, Release
from changes.models.release import OUT
from changes.queries import notes
from complaints.models import About, Complaint
from desk.models import AbstractMessage
from domain import quarters
from domain.maintenance import FIRST, latest_notice
from incidents.duty import hours_now
from incidents.models import StructuralFailure
from problems.models import Problem, TrendSignal
from problems.models.problem import GRAVE
from problems.trends import telling
from reports.monthly.frame import Frame, moment
from sla.queries import AMSTERDAM

CAME_ABOUT = [MaintenanceState.ANNOUNCED, MaintenanceState.IN_PROGRESS, MaintenanceState.DONE]


def causes(frame: Frame) -> list[dict[str, Any]]:
    """The root causes of Incidents of priority 1 or with a large impact that came in (SLA 13)."""
    grave = frame.meldingen().filter(
        GRAVE, restricted_at=None, received_at__gte=frame.start, received_at__lt=frame.until, problems__isnull=False
    )  # fmt: skip
    behind: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for problem, number, subject in grave.order_by("number").values_list("problems", "number", "subject"):
        behind[problem].append((number, subject))
    rows = Problem.objects.filter(pk__in=behind).order_by("number").prefetch_related("actions")
    return [_cause(frame, one, behind[one.pk]) for one in rows]


def _cause(frame: Frame, one: Problem, behind: list[tuple[str, str]]) -> dict[str, Any]:
    """For a contractant without the title for colleagues, which may name somebody else's Melding."""
    own_words = one.public_title or behind[0][1]
    return {
        "number": one.number, "title": own_words if frame.contractant else one.title, "cause": one.cause,
        "factors": [line for line in (text.strip() for text in one.factors.splitlines()) if line],
        "actions": [action.what for action in one.actions.all()],
        "meldingen": [number for number, _subject in behind],
    }  # fmt: skip


def releases(frame: Frame) -> list[dict[str, Any]]:
    """What came out, with its notes and documents, which are the same for all (SLA 11, 13)."""
    out = Release.objects.filter(
        service=frame.service, state__in=OUT, released_at__gte=frame.start, released_at__lt=frame.until
    )
    return [
        _release(one) for one in out.order_by("released_at", "id").prefetch_related("changes", "documents")
    ]


def _release(one: Release) -> dict[str, Any]:
    assert one.released_at is not None
    told = [one.introduction, *(change.release_note for change in notes(one))]
    return {
        "number": one.number, "version": one.name, "kind": one.kind,
        "released_on": one.released_at.astimezone(AMSTERDAM).date().isoformat(),
        "notes": "\n".join(text for text in told if text),
        "documents": [
            {"name": document.name, "url_path": reverse("changes:document", args=[document.public_id])}
            for document in one.documents.all()
            if document.visibility == AbstractMessage.Visibility.PUBLIC
        ],
    }  # fmt: skip


def maintenance(frame: Frame) -> list[dict[str, Any]]:
    """What contractants were told of or felt, at the times at which it really was."""
    rows = Maintenance.objects.filter(
        services=frame.service, state__in=CAME_ABOUT, starts_at__lt=frame.until, ends_at__gt=frame.start
    )
    office = hours_now(frame.until).office
    return [
        {
            "number": one.number, "from": moment(one.began_at or one.starts_at),
            "until": moment(one.finished_at or one.ends_at),
            "announced_in_time": _needs_no_notice(one)
            or (one.announced_at is not None and one.announced_at <= latest_notice(one.starts_at, office)),
        }
        for one in rows.order_by("starts_at", "id")
    ]  # fmt: skip


def _needs_no_notice(one: Maintenance) -> bool:
    """What cannot wait, and regular Onderhoud that nobody feels (SLA 7.1)."""
    return one.kind in FIRST or (one.kind == MaintenanceKind.REGULAR and not one.has_impact)


def structural(frame: Frame) -> list[dict[str, Any]]:
    """Structural failures that were found in the month, each of which is thus reported once (art. 2.12)."""
    rows = StructuralFailure.objects.filter(
        Q(service=frame.service) | Q(service=None), detected_at__gte=frame.start, detected_at__lt=frame.until
    )
    return [
        {"number": one.number, "ground": one.ground, "quarter": quarters.name(one.quarter)}
        for one in frame.own(rows).order_by("number")
    ]


def complaints(frame: Frame) -> dict[str, int]:
    """About this Dienst or no Dienst in particular. Those about the Supportafdeling, which reads this report too and may
    not know of them (SLA 5), are left out."""
    rows = frame.own(Complaint.objects.exclude(about=About.SUPPORT))
    mine = rows.filter(Q(service=frame.service) | Q(service=None))
    came, ended = (
        Q(**{f"{name}__gte": frame.start, f"{name}__lt": frame.until}) for name in ("received_at", "ended_at")
    )
    still = Q(ended_at=None) | Q(ended_at__gte=frame.until)
    counted: dict[str, int] = mine.aggregate(
        received=Count("pk", filter=came), closed=Count("pk", filter=ended),
        open=Count("pk", filter=still & Q(received_at__lt=frame.until)),
    )  # fmt: skip
    return counted


def signals(frame: Frame) -> list[str]:
    """What the trend analysis of the month says of this Dienst, for colleagues: it counts the Meldingen of all."""
    if frame.contractant:
        return []
    rows = TrendSignal.objects.filter(
        month=frame.month.first, dimension="service", value=str(frame.service.pk)
    )
    return [telling.summary(one) for one in rows.order_by("id")]
