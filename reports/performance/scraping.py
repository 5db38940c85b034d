"""Asking exporters, as Prometheus does, how long actions take. Counters go on while the desk is away, so little is missed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desk import texts
from desk.locks import only_one
from desk.quarantine import steady_mark
from desk.tokens import machine
from incidents.actions.monitoring.reconcile import NoAnswer, fetch
from reports.models import MeasurementTarget
from reports.models.performance import ACTION_MAX
from reports.performance import exposition
from reports.performance.exposition import Taken
from reports.performance.figures import limit_on
from reports.performance.reading import Measurement, one_line
from reports.performance.storing import MOST_ACTIONS, store

log = logging.getLogger(__name__)
# What was added to a counter in a longer silence may be of another day: counting begins anew.
LONGEST_SILENCE = timedelta(hours=1)


def scrape(now: datetime) -> int:
    """Ask every exporter; `now` is a moment before asking. Returns how many measurements were counted.

    One that does not answer says so in Beheer, is asked again at the next run, and holds up no other.
    """
    with only_one("scrape") as mine:
        targets = MeasurementTarget.objects.filter(is_active=True).select_related("service")
        return sum(_attempt(target, now) for target in targets) if mine else 0


def _attempt(target: MeasurementTarget, now: datetime) -> int:
    try:
        text = fetch(target.url).decode(errors="replace")
        return _take(target, exposition.relabelled(text, target.metric, _without_bsn), now)
    except (NoAnswer, DatabaseError) as error:
        _asked(target).update(error=str(error)[:300])
    except Exception:
        log.exception("what %s answered could not be counted", target)
    return 0


def _without_bsn(label: str) -> str:
    """The same number gets the same mark each time, since series are told apart by their labels; the exporter has it,
    so nothing is lost and nothing is sealed (SLA 9.4)."""
    return texts.replaced(
        label, lambda number: _("[BSN afgeschermd %(mark)s]") % {"mark": steady_mark(number)}
    )


def _asked(target: MeasurementTarget) -> QuerySet[MeasurementTarget]:
    """The exporter, if it is still asked the same: what an earlier address answered is not about the new one."""
    return MeasurementTarget.objects.filter(pk=target.pk, url=target.url, metric=target.metric)


@transaction.atomic
def _take(asked: MeasurementTarget, text: str, now: datetime) -> int:
    target = _asked(asked).select_for_update(of=("self",)).select_related("service").first()
    if target is None:
        return 0
    if not exposition.knows(text, target.metric):
        raise NoAnswer(_("De metriek %(name)s staat niet in het antwoord.") % {"name": target.metric})
    found, target.seen = _read(target, text, now)
    measured = [one for taken in found if (one := _measurement(target, taken, now))]
    left_out = store(measured, source=machine("Exporters"))
    target.answered_at, target.error = now, _error(found, measured, left_out, target, now)
    target.save(update_fields=["seen", "answered_at", "error"])
    return sum(one.count for place, one in enumerate(measured) if place not in left_out)


def _read(
    target: MeasurementTarget, text: str, now: datetime
) -> tuple[list[Taken], exposition.Counters | None]:
    counters = exposition.counters(text, target.metric)
    if not counters:
        return exposition.gauges(text, target.metric), None
    heard = target.answered_at is not None and now - target.answered_at <= LONGEST_SILENCE
    known = heard and target.seen is not None
    return exposition.added(counters, target.seen or {}) if known else [], counters


def _measurement(target: MeasurementTarget, taken: Taken, now: datetime) -> Measurement | None:
    action = target.action or one_line(taken.labels.get(target.label, ""))[:ACTION_MAX]
    return Measurement(target.service, action, taken.seconds, now, taken.count) if action else None


def _error(
    found: list[Taken],
    measured: list[Measurement],
    left_out: list[int],
    target: MeasurementTarget,
    now: datetime,
) -> str:
    if left_out:
        return _("Meer dan %(most)d acties op een dag: niet alles is geteld.") % {"most": MOST_ACTIONS}
    if len(measured) < len(found):
        return _("Niet elke reeks heeft het label %(label)s.") % {"label": target.label}
    reach, limit = exposition.reach(target.seen or {}), limit_on(now).seconds
    if reach < limit:
        return _("De grootste klasse is %(reach)g seconden; of iets langer dan %(limit)g duurt, is zo niet te zien.") % {
            "reach": reach, "limit": limit,
        }  # fmt: skip
    return ""
