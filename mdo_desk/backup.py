"""`make backup` and `make restore` for the embedded set-up: the database and the attachments, in one folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from mdo_desk.embedded import (
    DATABASE,
    AlreadyRunning,
    EmbeddedError,
    at_hand,
    binary,
    cluster_in,
    only_one,
    var_folder,
)


def back_up(var: Path, now: datetime) -> Path:
    """Copy everything that `var` knows, also while the desk runs; returns the folder of the copy.

    The database goes first: a file that arrives meanwhile is one too many in the copy, never one too few.
    """
    target = var / "backups" / f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    draft = target.with_suffix(".part")
    draft.mkdir(parents=True, mode=0o700)
    with at_hand(var) as cluster:
        dump = [str(binary("pg_dump")), "--format=custom", f"--file={draft / 'database.dump'}", cluster.url()]
        subprocess.run(dump, check=True)
    if (var / "media").exists():
        shutil.copytree(var / "media", draft / "media")
    return draft.rename(target)


def restore(var: Path, copy: Path, now: datetime) -> None:
    """Put `copy` in the place of what is there; the old attachments are kept beside the new ones.

    Raises AlreadyRunning when the desk runs. All or nothing for the database: a failure leaves it as it was.
    """
    cluster, fresh = cluster_in(var), f"{DATABASE}_restored"
    with only_one(var, "a restore"):
        server = cluster.start()
        try:
            load = [
                str(binary("pg_restore")),
                "--exit-on-error",
                "--no-owner",
                f"--dbname={cluster.url(fresh)}",
            ]
            with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
                connection.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(fresh)))
                connection.execute(SQL("CREATE DATABASE {}").format(Identifier(fresh)))
                subprocess.run([*load, str(copy / "database.dump")], check=True)
                _still_the_outbox(cluster.url(fresh), now)
                connection.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(DATABASE)))
                rename = SQL("ALTER DATABASE {} RENAME TO {}")
                connection.execute(rename.format(Identifier(fresh), Identifier(DATABASE)))
        finally:
            cluster.stop(server)
        if (var / "media").exists():
            (var / "media").rename(var / f"media.until-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        if (copy / "media").exists():
            shutil.copytree(copy / "media", var / "media")


def _still_the_outbox(url: str, now: datetime) -> None:
    """What the copy still owed may have been sent since: no mail until an administrator has looked."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('desk_outbox')").fetchone() == (None,):
            return  # a copy of a version that had none
        connection.execute(
            "INSERT INTO desk_outbox (id, frozen_at, error) VALUES (1, %s, '')"
            " ON CONFLICT (id) DO UPDATE SET frozen_at = excluded.frozen_at",
            [now],
        )


def main(arguments: list[str]) -> int:
    now = datetime.now(UTC)
    try:
        if arguments:
            restore(var_folder(), Path(arguments[0]), now)
        else:
            print(back_up(var_folder(), now))
    except (AlreadyRunning, EmbeddedError, subprocess.CalledProcessError, OSError) as error:
        print(f"MDO Desk {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
