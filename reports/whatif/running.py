"""Answering what was asked, in pieces, so that progress shows; once, whatever runs twice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q

from desk.locks import only_one
from incidents.clocks import CLOCKS
from incidents.models import Melding
from incidents.models.melding import MeldingQuerySet
from reports.models import Effect, WhatIf, WhatIfLine
from reports.whatif import judging
from reports.whatif.alteration import Alteration
from reports.whatif.columns import Numbers, write
from reports.whatif.judging import Judged, World
from reports.whatif.numbers import numbers
from reports.whatif.trails import NEVER, Trails, trails

log = logging.getLogger(__name__)
PIECE = 10_000
KEPT = timedelta(days=30)


def work(now: datetime) -> int:
    """Answer everything that waits, and what another worker left halfway; returns how many. Forgets old answers."""
    waiting = WhatIf.objects.filter(state__in=[WhatIf.State.WAITING, WhatIf.State.RUNNING])
    answered = sum(attempt(pk, now) for pk in waiting.order_by("asked_at").values_list("pk", flat=True))
    WhatIf.objects.filter(asked_at__lt=now - KEPT).delete()
    return answered


def attempt(pk: int, now: datetime) -> bool:
    """Whether it was answered here: not while another worker is at it, or after it was done."""
    with only_one(f"what-if {pk}") as alone:
        run = WhatIf.objects.filter(pk=pk).first() if alone else None
        if run is None or not run.is_under_way:
            return False
        try:
            answer(run, now)
        except Exception:
            log.exception("what-if %s failed", pk)
            _save(run, state=WhatIf.State.FAILED, finished_at=now)
        return True


def answer(run: WhatIf, now: datetime) -> None:
    """Count it anew, as of `now`."""
    run.lines.all().delete()
    ids = list(asked(run).order_by("received_at", "id").values_list("pk", flat=True))
    _save(run, state=WhatIf.State.RUNNING, counted_at=now, done=0, total=len(ids))
    worlds = World(now), World(now, then=Alteration.restored(run.alteration).terms_of())
    for start in range(0, len(ids), PIECE):
        _piece(run, ids[start : start + PIECE], *worlds)
        _save(run, done=min(start + PIECE, len(ids)))
    _save(run, state=WhatIf.State.DONE, numbers=numbers(run), finished_at=now)


def asked(run: WhatIf) -> MeldingQuerySet:
    """The Meldingen that it is about."""
    of = Q(service=run.service) if run.service_id else Q()
    of &= Q(contractant=run.contractant) if run.contractant_id else Q()
    rows = Melding.objects.get_queryset().filter(of, policy_version__policy=run.policy_id)
    return rows.filter(received_at__gte=run.starts_at, received_at__lt=run.ends_at)


def _save(run: WhatIf, **values: Any) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))


def _piece(run: WhatIf, ids: Sequence[int], now: World, then: World) -> None:
    rows = trails(ids, now.now)
    (one, hard), (other, harder) = judging.judge(rows, now), judging.judge(rows, then)
    judging.settle({now: one, then: other}, np.flatnonzero(hard | harder), rows["id"])
    _store(run, rows, one, other)


@transaction.atomic
def _store(run: WhatIf, rows: Trails, now: Judged, then: Judged) -> None:
    columns = {
        "run_id": (np.full(len(rows), run.pk), 8), "melding_id": (rows["id"], 8), "effect": (_effect(now, then), 2),
        "is_incident": (rows["is_incident"], 1), "priority_now": (now.priority, 2), "priority_then": (then.priority, 2),
    }  # fmt: skip
    nullable = {}
    for side, judged in (("now", now), ("then", then)):
        for clock in CLOCKS:
            columns[f"{clock}_{side}"] = judged.verdict[clock], 2
            nullable[f"{clock}_due_{side}"] = judged.due[clock], NEVER
    write(WhatIfLine._meta.db_table, columns, nullable)


def _effect(now: Judged, then: Judged) -> Numbers:
    late, in_time = np.zeros(len(now.priority), bool), np.zeros(len(now.priority), bool)
    for clock in CLOCKS:
        was, is_late = (one.verdict[clock] == judging.LATE for one in (now, then))
        late |= is_late & ~was
        in_time |= was & ~is_late
    return np.where(late, Effect.LATE, np.where(in_time, Effect.IN_TIME, Effect.SAME))
