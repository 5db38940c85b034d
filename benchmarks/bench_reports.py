"""Whether what reports over a million Meldingen of three years answers as soon as over ten thousand.

`python -m benchmarks.bench_reports` fills two desks in a PostgreSQL of its own, and measures on them: the dashboard
(p95 at most 1.5 times as long, at most 15 queries), the norm of a month, which counts a hundred times as many
Incidents (at most 2.5 times), and the report of a month (at most 10 seconds). It exits with 1 when something takes too long.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.bench_scale import Page, copy_of_desk, desk, in_turns, on, print_pages

SMALL, LARGE = 10_000, int(os.environ.get("BENCH_MELDINGEN", "1000000"))
MONTHS, ROUNDS = 36, 40
MOST_SECONDS = 10.0  # of the report of a month


@dataclass
class Desks:
    """`connections` by "small" and "large"; `manager` is signed in on both."""

    connections: dict[str, Any]
    manager: Any


# Spread evenly over the months; all but the newest are closed. As wide as real rows.
MELDING = """
INSERT INTO incidents_melding (id, number, version, state, kind, channel, subject, description, contractant_id,
    contact_id, reporter_name, reporter_email, reporter_phone, service_id, service_unknown, impact, urgency, priority,
    breach_of_confidentiality, breach_of_integrity, first_seen_action, reproducible, images_masked, goal, examples,
    missing, solution, has_workaround, chain_party, received_at, policy_version_id,
    response_state, response_elapsed, response_met, response_counts_at,
    resolution_state, resolution_elapsed, resolution_met, resolution_due, resolution_counts_at, next_due_at)
SELECT n, 'M00-' || lpad(n::text, 7, '0'), 3, CASE WHEN is_open THEN 'in_progress' WHEN n %% 40 = 0 THEN 'cancelled' ELSE 'closed' END,
    (ARRAY['incident', 'incident', 'question', 'change'])[1 + (n * 2654435761 >> 7) %% 4],
    (ARRAY['portal', 'phone', 'email', 'web'])[1 + (n * 2246822519 >> 9) %% 4],
    'Overleg opent niet ' || n, repeat('Na het inloggen blijft het scherm leeg. ', 9), c.contractant_id, c.id,
    '', '', '', service.first + (n * 3266489917 >> 11) %% 4, false, 'medium', 'medium', priority, false, false, '', 'yes',
    false, '', '', '{}', '', false, '', received, %(policy)s,
    'stopped', 3000, n %% 40 = 0 OR n %% 17 <> 0, received + (ARRAY['1 hour', '4 hours', '1 day', '3 days'])[priority]::interval,
    CASE WHEN is_open THEN 'running' ELSE 'stopped' END, 3600 + n %% 90000, CASE WHEN NOT is_open THEN n %% 14 <> 0 END,
    CASE WHEN is_open THEN due END, due, CASE WHEN is_open THEN due END
FROM generate_series(%(first)s::bigint, %(last)s) n
JOIN (SELECT id, contractant_id, row_number() OVER () - 1 AS place FROM contractants_contact) c ON c.place = (n * 374761393 >> 15) %% 40
CROSS JOIN (SELECT min(id) AS first FROM contractants_service) service
CROSS JOIN LATERAL (SELECT 1 + (n * 668265263 >> 13) %% 4 AS priority, n > %(last)s - %(open)s AS is_open,
    %(since)s::timestamptz + (%(now)s::timestamptz - %(since)s::timestamptz) * ((n - %(first)s)::float / (%(last)s - %(first)s + 1)) AS received) given
CROSS JOIN LATERAL (SELECT received + (ARRAY['1 day', '2 days', '21 days', '30 days'])[priority]::interval AS due) term
"""
EVENT = """
INSERT INTO desk_event (case_type, case_id, verb, at, source, target, data)
SELECT 'melding', m.id, step.verb, m.received_at + step.after, '', m.state, CASE step.verb
    WHEN 'register' THEN jsonb_build_object('version', 1, 'priority', m.priority, 'policy_version', m.policy_version_id)
    ELSE '{"version": 2, "contacted": true, "diagnosed": true}' END
FROM incidents_melding m
CROSS JOIN (VALUES ('register', interval '0'), ('pick_up', interval '1 hour'), ('resolve', interval '30 hours')) step(verb, after)
WHERE m.id >= %(first)s AND (step.verb <> 'resolve' OR m.state = 'closed')
"""


def main() -> int:
    os.environ["STATEMENT_TIMEOUT"] = "0"
    with desk():
        desks = fill()
        verdicts = [measure(desks) for measure in PARTS]
    return 0 if all(verdicts) else 1


def fill() -> Desks:
    """Both desks, with the same people and promises."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from benchmarks.filling import begin

    call_command("migrate", verbosity=0)
    now = django.utils.timezone.now()
    begin(now)
    manager = _manager()
    small, large = connections["default"], copy_of_desk()
    _meldingen(SMALL, now)
    with on(large):
        _meldingen(LARGE, now)
    return Desks({"small": small, "large": large}, manager)


def _meldingen(count: int, now: Any) -> None:
    from django.db import connection

    from domain.months import Month
    from sla.models import PolicyVersion
    from sla.queries import AMSTERDAM

    policy = PolicyVersion.objects.get(policy__is_default=True).pk
    since, _end = Month.of(now, AMSTERDAM).shifted(1 - MONTHS).span(AMSTERDAM)
    given = {
        "first": 1,
        "last": count,
        "open": max(200, count // 200),
        "since": since,
        "now": now,
        "policy": policy,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows point to what is there
        cursor.execute(MELDING, given)
        cursor.execute(EVENT, given)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _manager() -> Any:
    from django.test import Client

    from desk.models import User
    from desk.permissions import Role

    client = Client(headers={"host": "localhost"})
    role = Role.SERVICE_LEVEL_MANAGER
    client.force_login(User.objects.create_user("manager@desk.example", name="Manager", role=role))
    return client


def dashboard(desks: Desks) -> bool:
    """The dashboard, the norm of a month and the list behind one of its numbers, beside those of the small desk."""
    from django.utils import timezone

    from domain.months import Month
    from sla.queries import AMSTERDAM

    month = Month.of(timezone.now(), AMSTERDAM).shifted(-1)
    # A number with about as many rows on its first page on both desks.
    number = f"month={month}&clock=resolution&priority=2&norm=90.00&part=all"
    pages = in_turns(
        [
            Page("dashboard", "manager", "/dashboard/"),
            Page("dashboard, its figures again", "manager", "/dashboard/nu/"),
            # These count all of a month: a hundred times as many Incidents.
            Page("norm of a month", "manager", f"/rapportage/norm/?month={month}", 2.5),
            Page("norm of a month, one Dienst", "manager", f"/rapportage/norm/?month={month}&service=1", 2.5),
            Page("list behind a number", "manager", f"/rapportage/norm/meldingen/?{number}"),
        ],
        desks.connections, {"manager": desks.manager}, ROUNDS,
    )  # fmt: skip
    print_pages(pages, SMALL, LARGE)
    return all(page.is_fine for page in pages)


def report(desks: Desks) -> bool:
    """The figures of last month on the large desk: over all contractants, and over one."""
    from time import perf_counter

    from django.utils import timezone

    from contractants.models import Contractant, Service
    from domain.months import Month
    from reports.monthly.figures import build
    from sla.queries import AMSTERDAM

    now, took = timezone.now(), {}
    with on(desks.connections["large"]):
        service = Service.objects.earliest("id")
        for name, whose in {"all": None, "one contractant": Contractant.objects.earliest("id")}.items():
            start = perf_counter()
            build(Month.of(now, AMSTERDAM).shifted(-1), service, whose, now)
            took[name] = perf_counter() - start
    for name, seconds in took.items():
        print(f"report of a month, {name}".ljust(44) + f"{seconds:>8.2f} s, at most {MOST_SECONDS:.0f}")
    return max(took.values()) <= MOST_SECONDS


PARTS: list[Callable[[Desks], bool]] = [dashboard, report]

if __name__ == "__main__":
    sys.exit(main())
