"""Letting go the warnings that were held until somebody is there: one message for each person, not one for each
threshold (SLA 4.1, 4.2, 4.4).

Warnings of priorities 2 to 4 wait for Kantoortijden, those of a P1 for the hours in which a P1 is answered. What
was overtaken meanwhile is dropped: the Melding was solved, or a later warning of it says more.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from desk.locks import only_one
from desk.models import Notice
from desk.notices import owe, wake
from incidents.actions.sweep import ONE_ROUND
from incidents.clocks import once_key
from incidents.duty import hours_for
from incidents.models import Melding
from incidents.notices import HELD

log = logging.getLogger(__name__)
WAITING = Notice.objects.filter(key__in=HELD, next_try_at=None, sent_at=None, dropped_at=None)


def release(now: datetime) -> int:
    """Release every held warning whose hour has come at `now`; returns how many messages people get.

    Somebody whose warnings fail is logged, holds up no other and is tried again by the next turn. Returns 0 at once
    while a sweep goes on: what it finds belongs in the same message.
    """
    with only_one(ONE_ROUND) as alone:
        people = WAITING.all().order_by("email").values_list("email", flat=True).distinct()
        return sum(_attempt(email, now) for email in people) if alone else 0


def _attempt(email: str, now: datetime) -> int:
    try:
        return _release_to(email, now)
    except Exception:
        log.exception("held warnings were not released to one person")
        return 0


@transaction.atomic
def _release_to(email: str, now: datetime) -> int:
    rows = list(
        WAITING.filter(email=email).select_for_update(skip_locked=True, of=("self",))
        .select_related("event").order_by("case_id", "id")
    )  # fmt: skip
    found = Melding.objects.select_related("assignee").in_bulk({row.case_id for row in rows})
    newest: dict[Melding, Notice] = {}
    for case_id, told in groupby(rows, key=lambda row: row.case_id):
        melding = found[case_id]
        of_one = list(told)
        alive = [row for row in of_one if _still_true(melding, row)]
        if alive and not hours_for(melding).answers(now, melding.priority):
            of_one = [row for row in of_one if row not in alive]
        elif alive:
            newest[melding] = max(alive, key=_weight)
            of_one.remove(newest[melding])
        _drop(of_one, now)
    return _tell(newest, now)


def _still_true(melding: Melding, notice: Notice) -> bool:
    """Whether the clock that it is about still runs, on the deadline that was warned of."""
    event = notice.event
    assert event is not None
    clock, percent = event.data["clock"], event.data["percent"]
    due = getattr(melding, f"{clock}_due")
    running = melding.is_open and getattr(melding, f"{clock}_state") == "running" and due is not None
    of_this_priority = event.once == once_key(clock, percent, melding.priority)
    return running and of_this_priority


def _weight(notice: Notice) -> tuple[int, int]:
    assert notice.event is not None
    return notice.event.data["percent"], notice.pk


def _tell(newest: dict[Melding, Notice], now: datetime) -> int:
    """One as it is; several as one list, in the order in which they run out."""
    if len(newest) > 1:
        _owe_list(sorted(newest.items(), key=lambda item: (_due(*item), item[0].number)), now)
        _drop(newest.values(), now)
    elif newest:
        Notice.objects.filter(pk__in=[row.pk for row in newest.values()]).update(next_try_at=now)
        transaction.on_commit(wake)
    return bool(newest)


def _drop(rows: Iterable[Notice], now: datetime) -> None:
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(
        dropped_at=now, dropped_because=Notice.Dropped.SUPERSEDED
    )


def _owe_list(told: list[tuple[Melding, Notice]], now: datetime) -> None:
    to = told[0][1]
    with translation.override(to.language):
        lines = "\n".join(_line(melding, notice) for melding, notice in told)
    late = sum(_weight(notice)[0] >= 100 for _melding, notice in told)
    data = {"lines": lines, "count": len(told), "late": late}
    owe("warnings", email=to.email, name=to.name, language=to.language, data=data, not_before=now)


def _due(melding: Melding, notice: Notice) -> datetime:
    assert notice.event is not None
    due: datetime = getattr(melding, f"{notice.event.data['clock']}_due")
    return due


def _line(melding: Melding, notice: Notice) -> str:
    """`M26-00864 · P2 · reactie uiterlijk maandag 15 juni, 10:00`, and where to find it; no words of people."""
    assert notice.event is not None
    at = date_format(localtime(_due(melding, notice)), "l j F, H:i")
    text = (
        _("reactie uiterlijk %(at)s")
        if notice.event.data["clock"] == "response"
        else _("oplossing uiterlijk %(at)s")
    )
    late = [_("te laat")] if notice.event.data["percent"] >= 100 else []
    facts = " · ".join([melding.number, f"P{melding.priority}", text % {"at": at}, *late])
    return f"{facts}\n{settings.SITE_URL}{melding.get_absolute_url()}"
