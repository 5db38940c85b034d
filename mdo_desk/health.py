"""Whether the desk can work, told without needing anything but the database."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.defaults import server_error as plain_server_error

from desk.models import Heartbeat, InboundMail, Notice
from mdo_desk.answers import answer

log = logging.getLogger(__name__)
UNREACHABLE = (OperationalError, InterfaceError)
# Promises rest on these; each is to run every minute or oftener.
BEATING = (
    "deliver_notices",
    "fetch_mail",
    "sweep",
    "sweep_changes",
    "sweep_complaints",
    "sweep_breaches",
    "watch",
    "chain_audit",
)
LATE_AFTER = 120  # seconds that a notice or the heartbeat may be old before the desk calls itself degraded


class HealthMiddleware:
    """Answers /healthz before anything else: a probe has no host name, no session and no https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            return self.get_response(request)
        status, report = examine(timezone.now())
        return JsonResponse(report, status=status, headers={"Cache-Control": "no-store"})


def examine(now: datetime) -> tuple[int, dict[str, object]]:
    """200 when the database answers and has this version's tables, else 503; with what else is known.

    Work in the background that falls behind makes the report `degraded`, never unhealthy: Meldingen still
    come in, and restarting the web would not help.
    """
    try:
        if missing := missing_migrations():
            return 503, {"status": "migrations missing", "migrations": missing}
        aside = InboundMail.objects.filter(outcome=InboundMail.Outcome.SET_ASIDE).count()
        ages = {"oldest_notice_seconds": _oldest_notice(now), "heartbeat_seconds": _heartbeat(now)}
    except UNREACHABLE as error:
        log.warning("the database does not answer: %s", type(error).__name__)
        connection.close()
        return 503, {"status": "database unreachable"}
    behind = [name for name, age in ages.items() if age is not None and age > LATE_AFTER]
    return 200, {
        "status": "degraded" if behind else "ok", "behind": behind, **ages, "mail_set_aside": aside,
    }  # fmt: skip


def missing_migrations() -> list[str]:
    """The newest migration of each app, where the database has not applied it."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return [".".join(leaf) for leaf in sorted(_leaves())]
        cursor.execute("SELECT app, name FROM django_migrations")
        return [".".join(leaf) for leaf in sorted(_leaves() - set(cursor.fetchall()))]


@lru_cache(maxsize=1)
def _leaves() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _oldest_notice(now: datetime) -> int | None:
    owed = Notice.objects.behind(now).order_by("created_at").first()
    return round((now - owed.created_at).total_seconds()) if owed else None


def _heartbeat(now: datetime) -> int | None:
    """Of the task that stands still the longest, among those that ever ran."""
    beat = Heartbeat.objects.filter(job__in=BEATING).order_by("at").first()
    return round((now - beat.at).total_seconds()) if beat else None


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: the database being away is an interruption to wait for, not a fault of the desk.

    Not a middleware, because Django turns an exception of an inner middleware (the session, the signed-in
    user) into a response before an outer one sees it.
    """
    if not isinstance(sys.exc_info()[1], UNREACHABLE):
        if request.path.startswith("/api/"):
            return answer(request, 500, _("Er ging iets mis bij ons. Het is vastgelegd."))
        return plain_server_error(request)
    connection.close()
    detail = _("De database is even niet bereikbaar. Probeer het over een halve minuut opnieuw.")
    return answer(request, 503, detail, Retry_After="30")
