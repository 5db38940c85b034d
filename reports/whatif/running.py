"""Answering what was asked, in pieces, so that progress shows; once, whatever runs twice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from desk.locks import only_one
from incidents.clocks import CLOCKS
from incidents.models import Melding
from incidents.models.melding import MeldingQuerySet
from reports.models import Effect, WhatIf, WhatIfLine
from reports.whatif import judging
from reports.whatif.alteration import Alteration
from reports.whatif.columns import Numbers
from reports.whatif.judging import Judged, World
from reports.whatif.numbers import numbers
from reports.whatif.trails import NEVER, trails

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
        _store(run, *_judged(ids[start : start + PIECE], *worlds))
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


def _judged(ids: Sequence[int], now: World, then: World) -> tuple[Numbers, Judged, Judged]:
    rows = trails(ids)
    (one, hard), (other, harder) = judging.judge(rows, now), judging.judge(rows, then)
    judging.settle({now: one, then: other}, np.flatnonzero(hard | harder), rows["id"])
    return rows["id"], one, other


INSERT = f"""
INSERT INTO {WhatIfLine._meta.db_table} (run_id, melding_id, effect, priority_now, priority_then,
    response_now, response_then, response_due_now, response_due_then,
    resolution_now, resolution_then, resolution_due_now, resolution_due_then)
SELECT %s, melding, (ARRAY['same', 'in_time', 'late'])[effect + 1], p, q, a, b, {{0}}, {{1}}, c, d, {{2}}, {{3}}
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::int[],
    %s::int[], %s::bigint[], %s::bigint[]) AS one(melding, effect, p, q, a, b, e, f, c, d, g, h)
""".format(*(f"'epoch'::timestamptz + nullif({name}, {NEVER}) * interval '1 microsecond'" for name in "efgh"))  # noqa: S608


@transaction.atomic
def _store(run: WhatIf, ids: Numbers, now: Judged, then: Judged) -> None:
    columns = [ids, _effect(now, then), now.priority, then.priority]
    for clock in CLOCKS:
        columns += [now.verdict[clock], then.verdict[clock], now.due[clock], then.due[clock]]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [run.pk, *(column.tolist() for column in columns)])


def _effect(now: Judged, then: Judged) -> Numbers:
    """0 the same, 1 in time on some clock, 2 late on some clock."""
    late, in_time = np.zeros(len(now.priority), bool), np.zeros(len(now.priority), bool)
    for clock in CLOCKS:
        was, is_late = (one.verdict[clock] == judging.LATE for one in (now, then))
        late |= is_late & ~was
        in_time |= was & ~is_late
    return np.where(late, 2, np.where(in_time, 1, 0))
