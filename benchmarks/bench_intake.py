"""Whether 10,000 posts of one alarm, 32 at a time, make one Incident.

`python -m benchmarks.bench_intake` starts the web of the desk on a PostgreSQL of its own, with a broker that refuses,
and prints how the answers were spread, and how much of a processor the web took for it, which a busy machine changes
little. It exits with 1 when an answer is no success, when there is more than one Incident, when a post was not kept or
counted, or when it takes more than five minutes.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

POSTS, CLIENTS, MOST_SECONDS = int(os.environ.get("BENCH_POSTS", "10000")), 32, 300
BASE = Path(__file__).resolve().parent.parent
ALERT = {
    "version": "4", "groupKey": "{}", "status": "firing", "alerts": [{
        "status": "firing", "labels": {"alertname": "DiskFull", "severity": "critical"}, "fingerprint": "00f067aa0ba902b7",
        "annotations": {"summary": "Schijf vol"}, "startsAt": "2026-01-05T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
    }],
}  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mdo-desk-bench-") as folder, socket.socket() as probe:
        Path(folder).chmod(0o711)  # the server runs as another user when we are root
        probe.bind(("127.0.0.1", 0))
        os.environ |= {"VAR_DIR": folder, "DESK_MODE": "embedded", "CACHE_URL": "locmemcache://", "LOG_LEVEL": "ERROR",
                       "CELERY_BROKER_URL": "redis://127.0.0.1:1/0", "PORT": str(probe.getsockname()[1]),
                       "DJANGO_SETTINGS_MODULE": "mdo_desk.settings"}  # fmt: skip
        os.environ.pop("DATABASE_URL", None)
        probe.close()
        from mdo_desk.embedded import cluster_in

        cluster = cluster_in(Path(folder))
        server = cluster.start()
        try:
            cluster.create_database()
            return measure(os.environ["PORT"])
        finally:
            cluster.stop(server)


def measure(port: str) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from desk.tokens import make

    for command in ("migrate", "load_policies", "load_rules"):
        call_command(command, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    secret, address = make("Bench", "monitoring"), f"http://127.0.0.1:{port}"
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "mdo_desk/gunicorn_conf.py"], cwd=BASE
    )
    try:
        wait_for(f"{address}/healthz")
        return report(address, secret)
    finally:
        web.terminate()
        web.wait(timeout=30)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"the web used {(used.ru_utime + used.ru_stime) / POSTS * 1000:.1f} ms of a processor for each")


def wait_for(url: str) -> None:
    for _turn in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{url} does not answer")


def report(address: str, secret: str) -> int:
    from incidents.models import Alert, Melding, RawEvent

    def post(_turn: int) -> tuple[int, float]:
        started = time.perf_counter()
        return deliver(f"{address}/api/v1/monitoring/alertmanager/", secret), time.perf_counter() - started

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(post, range(POSTS)))
    seconds = time.perf_counter() - began
    took = sorted(time_ for _status, time_ in answers)
    statuses = Counter(status for status, _ in answers)
    incidents, alert = Melding.objects.count(), Alert.objects.get()
    kept = RawEvent.objects.filter(alert=alert, error="").count()
    print(f"{POSTS:,} posts by {CLIENTS} clients in {seconds:.1f} s: {dict(statuses)}")
    print(f"{incidents} Incident, counted {alert.count:,}, {kept:,} raw events kept")
    print(
        f"half within {took[POSTS // 2] * 1000:.0f} ms, 99 % within {took[POSTS * 99 // 100] * 1000:.0f} ms"
    )
    right = (statuses, incidents, alert.count, kept) == ({200: POSTS}, 1, POSTS, POSTS)
    return 0 if right and seconds <= MOST_SECONDS else 1


def deliver(url: str, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(ALERT).encode(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


if __name__ == "__main__":
    sys.exit(main())
