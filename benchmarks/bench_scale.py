"""Whether a page takes as long with 100,000 Meldingen as with 100.

`python -m benchmarks.bench_scale` fills a PostgreSQL of its own, opens the pages of both desks in turns, and
prints per page the number of queries and the time in which 95 of 100 answers are there. It exits with 1 when
a page takes more than 15 queries, more than with 100 Meldingen, or more than 1.5 times as long.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

SMALL, LARGE = 100, int(os.environ.get("BENCH_MELDINGEN", "100000"))
ROUNDS, WARM_UP = 80, 3
MOST_QUERIES, MOST_TIMES = 15, 1.5


@dataclass
class Page:
    """One address, and what it took on each desk."""

    name: str
    who: str
    address: str
    most_times: float = MOST_TIMES
    queries: dict[str, int] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=lambda: {"small": [], "large": []})

    def p95(self, desk: str) -> float:
        return sorted(self.times[desk])[int(len(self.times[desk]) * 0.95)] * 1000

    @property
    def ratio(self) -> float:
        return self.p95("large") / self.p95("small")

    @property
    def is_fine(self) -> bool:
        few = self.queries["large"] <= MOST_QUERIES and self.queries["large"] == self.queries["small"]
        return few and self.ratio <= self.most_times

    def __str__(self) -> str:
        counts = f"{self.queries['small']:>9}{self.queries['large']:>10}"
        times = f"{self.p95('small'):>11.1f}{self.p95('large'):>10.1f}{self.ratio:>8.2f}x"
        return f"{self.name:<34}{counts}{times}  {'ok' if self.is_fine else 'TOO MUCH'}"


def main() -> int:
    with desk():
        pages = measure()
    print_pages(pages, SMALL, LARGE)
    return 0 if all(page.is_fine for page in pages) else 1


def print_pages(pages: list[Page], small: int, large: int) -> None:
    print(f"{'':<34}{'queries':>19}{'p95 (ms)':>21}")
    print(f"{'page':<34}{small:>9,}{large:>10,}{small:>11,}{large:>10,}{'ratio':>9}")
    print(*pages, sep="\n")


@contextmanager
def desk() -> Iterator[None]:
    """The settings of a desk with a PostgreSQL of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mdo-desk-bench-") as folder:
        Path(folder).chmod(0o711)  # the server runs as another user when we are root
        os.environ |= {"VAR_DIR": folder, "DESK_MODE": "embedded", "CACHE_URL": "locmemcache://",
                       "CELERY_BROKER_URL": "memory://", "LOG_LEVEL": "ERROR",
                       "DJANGO_SETTINGS_MODULE": "mdo_desk.settings"}  # fmt: skip
        os.environ.pop("DATABASE_URL", None)
        from mdo_desk.embedded import cluster_in

        cluster = cluster_in(Path(folder))
        server = cluster.start("fsync=off", "max_wal_size=4GB")
        try:
            cluster.create_database()
            yield
        finally:
            cluster.stop(server)


def measure() -> list[Page]:
    """Fill both desks and open each page on them in turns."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.test import Client

    from benchmarks.filling import RARE, begin, fill
    from incidents.models import Melding

    call_command("migrate", verbosity=0)
    now = django.utils.timezone.now()
    agent, contact = begin(now)
    fill(1, SMALL, open_share=0.7, own_share=0.6, days=60, now=now)
    number = Melding.objects.get(pk=1).number
    clients = {}
    for name, user in (("agent", agent), ("contact", contact.user)):
        clients[name] = Client(headers={"host": "localhost"})
        clients[name].force_login(user)
    desks = {"small": connections["default"], "large": copy_of_desk()}
    with on(desks["large"]):
        fill(SMALL + 1, LARGE, open_share=0.02, own_share=0.03, days=900, now=now)
    pages = [
        Page("worklist", "agent", "/meldingen/"),
        Page("worklist, by deadline", "agent", "/meldingen/?sort=due"),
        Page("worklist, all Meldingen", "agent", "/meldingen/?view=all"),
        Page("Melding, long conversation", "agent", f"/meldingen/{number}/"),
        Page("search, rare word", "agent", f"/zoeken/?q={RARE}"),
        Page("search, common word", "agent", "/zoeken/?q=reactie"),
        Page("search, two words", "agent", "/zoeken/?q=snelle+reactie"),
        Page("portal, own Meldingen", "contact", "/portaal/"),
        Page("portal, search", "contact", "/portaal/?q=reactie"),
    ]
    return in_turns(pages, desks, clients)


def in_turns(
    pages: list[Page], desks: dict[str, Any], clients: dict[str, Any], rounds: int = ROUNDS
) -> list[Page]:
    """Each page on each desk, so many times, so that what else the machine does weighs on both; then closes the desks."""
    for turn in range(WARM_UP + rounds):
        for page in pages:
            for name, connection in desks.items():
                with on(connection):
                    _open(page, name, clients[page.who], keep=turn >= WARM_UP)
    for connection in desks.values():
        connection.close()
    return pages


def copy_of_desk() -> Any:
    """A second database, begun as a copy of the first: the same people, policies and sessions."""
    from django.db import connections

    small = connections["default"]
    name = small.settings_dict["NAME"]
    small.close()
    with small._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}_large" TEMPLATE "{name}"')
    large = connections.create_connection("default")
    large.settings_dict = {**small.settings_dict, "NAME": f"{name}_large"}
    return large


@contextmanager
def on(connection: Any) -> Iterator[None]:
    """Let the desk work on this database."""
    from django.db import connections

    before = connections["default"]
    connections["default"] = connection
    try:
        yield
    finally:
        connections["default"] = before


def _open(page: Page, desk: str, client: Any, *, keep: bool) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if not keep:
        with CaptureQueriesContext(connection) as found:
            client.get(page.address)
        page.queries[desk] = len(found)
        return
    start = perf_counter()
    answer = client.get(page.address)
    page.times[desk].append(perf_counter() - start)
    if answer.status_code != 200:
        raise SystemExit(f"{page.address} answers {answer.status_code}")


if __name__ == "__main__":
    sys.exit(main())
