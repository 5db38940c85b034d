"""What trend analysis of a million Meldingen over 36 months costs, with nothing stored before.

`python -m benchmarks.bench_trends` fills a PostgreSQL of its own and prints what each part takes of a processor, in the
database and here. It exits with 1 when counting and judging every line take more than five seconds together.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

MELDINGEN, MONTHS, MOST_SECONDS = int(os.environ.get("BENCH_MELDINGEN", "1000000")), 36, 5.0
ROUNDS = 3
# As wide as real rows, spread over the months, a little more each, by chance over everything that is counted.
MELDING = """
INSERT INTO incidents_melding (id, number, version, state, kind, channel, subject, description, contractant_id,
    contact_id, reporter_name, reporter_email, reporter_phone, service_id, service_unknown, impact, urgency, priority,
    breach_of_confidentiality, breach_of_integrity, first_seen_action, reproducible, images_masked, goal, examples,
    missing, solution, has_workaround, chain_party, received_at, policy_version_id, response_state, response_elapsed,
    response_met, resolution_state, resolution_elapsed, resolution_met)
SELECT n, 'M' || n, 3, CASE WHEN n > %(last)s * 0.995 THEN 'in_progress' ELSE 'closed' END,
    (ARRAY['incident', 'question', 'change'])[1 + (n * 2654435761 >> 7) %% 3],
    (ARRAY['portal', 'phone', 'email', 'web'])[1 + (n * 2246822519 >> 9) %% 4],
    'Overleg opent niet ' || n, repeat('Na het inloggen blijft het scherm leeg. ', 9), c.contractant_id, c.id,
    '', '', '', (SELECT min(id) FROM contractants_service) + (n * 3266489917 >> 11) %% 4, false, 'medium', 'medium',
    1 + (n * 668265263 >> 13) %% 4, false, false, '', 'yes', false, '', '', '{}', 'Opgelost na herstart.', false, '',
    %(first)s::timestamptz + (%(until)s::timestamptz - %(first)s::timestamptz) * (n::float / (%(last)s + 1)),
    %(policy)s, 'stopped', 3000, true, 'stopped', 3600 + n %% 90000, n %% 14 <> 0
FROM generate_series(1::bigint, %(last)s) n
JOIN (SELECT id, contractant_id, row_number() OVER () - 1 AS place FROM contractants_contact) c ON c.place = (n * 374761393 >> 15) %% 40
"""
EVENT = """
INSERT INTO desk_event (case_type, case_id, verb, at, source, target, data)
SELECT 'melding', m.id, step.verb, m.received_at + step.after, '', m.state, '{"version": 1}'
FROM incidents_melding m
CROSS JOIN (VALUES ('register', interval '0'), ('pick_up', interval '1 hour'), ('resolve', interval '30 hours')) step(verb, after)
WHERE step.verb <> 'resolve' OR m.state = 'closed'
"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mdo-desk-bench-") as folder:
        Path(folder).chmod(0o711)  # the server runs as another user when we are root
        os.environ |= {"VAR_DIR": folder, "DESK_MODE": "embedded", "CACHE_URL": "locmemcache://",
                       "CELERY_BROKER_URL": "memory://", "LOG_LEVEL": "ERROR", "STATEMENT_TIMEOUT": "0",
                       "DJANGO_SETTINGS_MODULE": "mdo_desk.settings"}  # fmt: skip
        os.environ.pop("DATABASE_URL", None)
        from mdo_desk.embedded import cluster_in

        cluster = cluster_in(Path(folder))
        server = cluster.start("fsync=off", "max_wal_size=4GB", "synchronous_commit=off")
        try:
            cluster.create_database()
            return measure()
        finally:
            cluster.stop(server)


def measure() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    now = django.utils.timezone.now()
    fill(now)
    rounds = sorted(
        (analyse(now) for _turn in range(ROUNDS)), key=lambda parts: sum(cpu for cpu, _ in parts.values())
    )
    print(f"{'':<44}{'processor':>12}{'clock':>10}")
    for name, (cpu, clock) in rounds[0].items():
        print(f"{name:<44}{cpu:>10.2f} s{clock:>8.2f} s")
    total = sum(cpu for cpu, _clock in rounds[0].values())
    verdict = "ok" if total <= MOST_SECONDS else "TOO SLOW"
    print(
        f"{MELDINGEN:,} Meldingen over {MONTHS} months".ljust(44)
        + f"{total:>10.2f} s, at most {MOST_SECONDS:.0f}  {verdict}"
    )
    return 0 if total <= MOST_SECONDS else 1


def fill(now: Any) -> None:
    from django.db import connection

    from benchmarks.filling import begin
    from problems.trends.months import month_of, shifted, start_of
    from sla.models import PolicyVersion

    begin(now)
    policy = PolicyVersion.objects.get(policy__is_default=True).pk
    first = start_of(shifted(month_of(now), 1 - MONTHS))
    with connection.cursor() as cursor:
        cursor.execute(MELDING, {"last": MELDINGEN, "first": first, "until": now, "policy": policy})
        cursor.execute(EVENT)
        cursor.execute("VACUUM ANALYZE")


def analyse(now: Any) -> dict[str, tuple[float, float]]:
    """Seconds of a processor and of the clock for each part."""
    from problems.trends import figures, lines
    from problems.trends.months import month_of, shifted

    start = spent()
    months = figures.count(shifted(month_of(now), 1 - MONTHS), now)
    counted = spent()
    found = [signal for line in lines.all_lines(months) for signal in line.signals]
    judged = spent()
    assert sum(one.total for one in months) == MELDINGEN
    assert isinstance(found, list)
    return {"counting": _less(counted, start), "judging every line": _less(judged, counted)}


def spent() -> tuple[float, float]:
    """What this process and its server process have used of a processor, and the clock."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return process_time() + sum(map(int, used)) / os.sysconf("SC_CLK_TCK"), perf_counter()


def _less(after: tuple[float, float], before: tuple[float, float]) -> tuple[float, float]:
    return after[0] - before[0], after[1] - before[1]


if __name__ == "__main__":
    sys.exit(main())
