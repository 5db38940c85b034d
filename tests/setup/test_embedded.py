"""The PostgreSQL out of the wheel: it recovers, keeps to itself, and fits in any folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from mdo_desk.embedded import DATABASE, AlreadyRunning, Cluster, at_hand, cluster_in, only_one
from tests.setup.processes import until

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, whose PostgreSQL runs as another user")


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def cluster(var: Path) -> Iterator[Cluster]:
    made = cluster_in(var)
    yield made
    made._end_leftover()


def remember(cluster: Cluster, number: int) -> None:
    with psycopg.connect(cluster.url("postgres")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def remembered(cluster: Cluster) -> list[int]:
    with psycopg.connect(cluster.url("postgres")) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY number")]


def test_it_recovers_from_a_kill_and_from_a_stop(cluster: Cluster) -> None:
    for number in range(3):
        server = cluster.start()
        remember(cluster, number)
        if number:
            server.kill()
            server.wait()
        else:
            cluster.stop(server)
    server = cluster.start()
    assert remembered(cluster) == [0, 1, 2]
    cluster.stop(server)
    assert server.returncode == 0


def test_a_server_that_outlived_its_supervisor_is_replaced(cluster: Cluster) -> None:
    first = cluster.start()
    remember(cluster, 1)
    second = cluster.start()
    assert first.wait() == 0
    assert remembered(cluster) == [1]
    cluster.stop(second)


def test_a_pid_that_is_another_programs_by_now_is_left_alone(cluster: Cluster) -> None:
    server = cluster.start()
    pid_file = cluster.folder / "postmaster.pid"
    left_behind = pid_file.read_text()
    server.kill()
    server.wait()
    pid_file.write_text(left_behind.replace(str(server.pid), str(os.getpid()), 1))
    cluster.stop(cluster.start())


def test_a_killed_server_that_nobody_asks_after_is_no_hindrance(cluster: Cluster) -> None:
    """As in a container whose first process does not reap: the dead one keeps its number."""
    server = cluster.start()
    remember(cluster, 1)
    server.kill()
    again = cluster.start()
    assert remembered(cluster) == [1]
    cluster.stop(again)
    server.wait()


def test_an_interrupted_creation_does_not_count(cluster: Cluster) -> None:
    half_made = cluster.folder.with_name("pg.new")
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18")
    cluster.stop(cluster.start())
    assert not half_made.exists()


def test_nobody_else_can_come_near(cluster: Cluster) -> None:
    server = cluster.start()
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    with psycopg.connect(cluster.url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    cluster.stop(server)


def test_a_folder_with_a_long_name(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path / ("long-" * 20) / "var")
    server = cluster.start()
    remember(cluster, 7)
    assert remembered(cluster) == [7]
    cluster.stop(server)
    assert not cluster.socket_dir.exists()


@AS_ROOT
def test_a_closed_folder_stays_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = cluster_in(closed / "var")
    server = cluster.start()
    remember(cluster, 7)
    cluster.stop(server)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_letters_beyond_ascii_are_letters(cluster: Cluster) -> None:
    server = cluster.start()
    with psycopg.connect(cluster.url("postgres")) as connection:
        assert connection.execute("SELECT upper('ë'), lower('É')").fetchone() == ("Ë", "é")
    cluster.stop(server)


def test_at_hand_starts_it_only_where_nobody_did(var: Path) -> None:
    with at_hand(var) as mine:
        assert mine.url().startswith("postgresql://")
        with at_hand(var) as same, psycopg.connect(same.url()) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == (DATABASE,)
    until(lambda: not (mine.folder / "postmaster.pid").exists(), "the server to stop")


def test_a_folder_is_held_by_one_and_let_go(var: Path) -> None:
    with only_one(var, "the first") as after_a_kill:
        assert not after_a_kill
        with pytest.raises(AlreadyRunning, match="the first"), only_one(var, "the second"):
            pass
    with only_one(var, "the third") as after_a_kill:
        assert not after_a_kill
