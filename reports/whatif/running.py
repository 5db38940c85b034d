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
from incidents.models.access import MeldingQuerySet
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
    """Answer what waits, one after another, and what a worker that died left halfway; returns how many. Returns 0 at
    once while another worker does, so that the others are left for what cannot wait. Forgets old answers."""
    with only_one("what-ifs") as alone:
        if not alone:
            return 0
        waiting = WhatIf.objects.filter(state__in=[WhatIf.State.WAITING, WhatIf.State.RUNNING])
        answered = 0
        while run := waiting.order_by("attempts", "asked_at", "pk").first():
            attempt(run, max(now, run.asked_at))
            answered += 1
        WhatIf.objects.filter(asked_at__lt=now - KEPT).delete()
        return answered


def attempt(run: WhatIf, now: datetime) -> None:
    """Answer it, or say that it failed; also where workers died of it, which none of them could catch."""
    _save(run, attempts=run.attempts + 1)
    if run.is_given_up:
        log.error("what-if %s was left halfway %s times", run.pk, run.MOST_ATTEMPTS)
        _save(run, state=WhatIf.State.FAILED, finished_at=now)
        return
    try:
        answer(run, now)
    except Exception:
        log.exception("what-if %s failed", run.pk)
        _save(run, state=WhatIf.State.FAILED, finished_at=now)


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
