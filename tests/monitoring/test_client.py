"""The client with its spool, for senders that do not try again: no alarm lost, none doubled, all in order."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from desk.models import ApiToken
from incidents.models import Melding, RawEvent
from tests import factories
from tests.monitoring.desk import Desk
from tests.setup.processes import ROOT, until

CLIENT = ROOT / "clients" / "desk-alert"
NOBODY = 65534
pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]


class Client:
    """`desk-alert` as a program of its own; without a desk it has nobody to talk to."""

    def __init__(self, desk: Desk | None, folder: Path, **more: str) -> None:
        self.spool = folder / "spool"
        secret = desk and factories.token(ApiToken.Scope.MONITORING, user=factories.machine(name="Icinga"))
        self.environment = {
            "PATH": os.environ["PATH"], "DESK_URL": desk.url if desk else "http://127.0.0.1:1", "DESK_TOKEN": secret or "x",
            "DESK_SPOOL": str(self.spool), "DESK_CONF": str(folder / "conf"), **more,
        }  # fmt: skip

    def __call__(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(CLIENT), *words], env={**self.environment, **more}, capture_output=True, text=True
        )  # fmt: skip

    def waiting(self, folder: str = "") -> int:
        return len(list((self.spool / folder).glob("*.json")))

    def kept(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_bytes()) for path in sorted(self.spool.glob("*.json"))]


def icinga(kind: str, name: str = "disk", **more: str) -> list[str]:
    state = "OK" if kind == "RECOVERY" else "CRITICAL"
    given = {"icinga-type": kind, "key": f"icinga/db1/{name}", "summary": f"{name} on db1 is {state}", "severity": state,
             "source": "db1", **more}  # fmt: skip
    return [f"--{option}={value}" for option, value in given.items()]


def test_an_alarm_waits_for_the_desk_and_arrives_in_order_once(desk: Desk, tmp_path: Path) -> None:
    client = Client(desk, tmp_path)
    assert client(*icinga("PROBLEM", cause="")).returncode == 0
    melding = Melding.objects.get()
    assert (melding.priority, client.waiting()) == (1, 0)
    desk.stop()
    for kind in ("RECOVERY", "PROBLEM", "RECOVERY"):
        assert client(*icinga(kind)).returncode == 0
    assert client.waiting() == 3
    assert "3 waiting" in client("--flush", "--now").stderr
    desk.start()
    with ThreadPoolExecutor(4) as pool:  # cron, a timer and a person at once
        assert {run.returncode for run in pool.map(lambda _turn: client("--flush", "--now"), range(4))} == {0}
    until(lambda: client("--flush", "--now").returncode == 0 and client.waiting() == 0, "an empty spool")
    assert [event.verb for event in melding.events()] == [
        "register", "available_again", "unavailable_again", "available_again",
    ]  # fmt: skip
    assert RawEvent.objects.count() == 4


def test_it_rests_after_a_failure_and_a_new_alarm_does_not_hammer(desk: Desk, tmp_path: Path) -> None:
    client = Client(desk, tmp_path)
    desk.stop()
    assert "next attempt in 5 s" in client(*icinga("PROBLEM")).stderr
    assert client(*icinga("PROBLEM", "cpu")).stderr == ""
    assert "next attempt in 10 s" in client("--flush", "--now").stderr


def test_a_wrong_token_or_address_loses_nothing(desk: Desk, tmp_path: Path) -> None:
    client = Client(desk, tmp_path)
    assert "401" in client(*icinga("PROBLEM"), DESK_TOKEN="geraden").stderr
    assert "1 waiting" in client("--flush", "--now", DESK_URL=f"{desk.url}/elders").stderr
    assert client.waiting() == 1
    assert client("--flush", "--now").returncode == 0
    assert (client.waiting(), Melding.objects.count()) == (0, 1)


def test_a_full_spool_is_loud(desk: Desk, tmp_path: Path) -> None:
    client = Client(desk, tmp_path, DESK_SPOOL_MAX="1")
    desk.stop()
    assert client(*icinga("PROBLEM")).returncode == 0
    refused = client(*icinga("PROBLEM", "cpu"))
    assert refused.returncode == 1
    assert "NOT kept" in refused.stderr
    assert "cpu" in refused.stderr


def test_what_the_desk_will_never_take_is_set_aside_and_holds_up_nothing(desk: Desk, tmp_path: Path) -> None:
    """The key of the alarm was used for another one: the desk says 422, whatever is tried."""
    client = Client(desk, tmp_path)
    desk.stop()
    client(*icinga("PROBLEM"))
    client(*icinga("PROBLEM", "cpu"))
    first = min(client.spool.glob("*.json"))
    desk.start()
    sent = first.read_bytes()
    assert client("--flush", "--now").returncode == 0
    first.write_bytes(sent.replace(b"disk", b"risk"))
    desk_said = client("--flush", "--now")
    assert desk_said.returncode == 1
    assert "422" in desk_said.stderr
    assert (client.waiting(), client.waiting("aside")) == (0, 1)


def test_what_is_too_large_for_the_desk_is_set_aside_and_holds_up_nothing(desk: Desk, tmp_path: Path) -> None:
    client = Client(desk, tmp_path)
    (client.spool / "aside").mkdir(parents=True)
    (client.spool / f"{1:020d}-large.json").write_bytes(b" " * 2_600_000 + b"{}")
    told = client("--flush", "--now")
    assert (told.returncode, "413" in told.stderr, "set aside" in told.stderr) == (1, True, True)
    assert (client.waiting(), client.waiting("aside")) == (0, 1)
    assert client(*icinga("PROBLEM")).stderr == ""
    assert Melding.objects.count() == 1


def test_zabbix_hands_over_its_message(desk: Desk, tmp_path: Path) -> None:
    client = Client(desk, tmp_path)
    words = "action=trigger\nkey=zabbix/17\nsummary=Wachtrij = vol\nseverity=Average\nsource=db1\ndetail.cause=*UNKNOWN*"
    assert client(f"--zabbix={words}").returncode == 0
    melding = Melding.objects.get()
    assert (melding.priority, melding.subject) == (3, "Wachtrij = vol")
    assert "cause" not in melding.alerts.get().labels
    assert client("--key=x").returncode == 2


def test_what_an_action_of_zabbix_worded_otherwise_is_an_alarm_all_the_same(tmp_path: Path) -> None:
    client = Client(None, tmp_path)
    assert client("--zabbix=Problem: disk full\nHost: db1").returncode == 0
    (kept,) = client.kept()
    assert (kept["event_action"], kept["payload"]["summary"]) == ("trigger", "Problem: disk full")
    assert "Host: db1" in kept["payload"]["custom_details"]["message"]


def test_text_of_an_alarm_that_runs_on_changes_nothing_else_of_it(tmp_path: Path) -> None:
    client = Client(None, tmp_path)
    client(
        "--zabbix=action=trigger\nkey=zabbix/1\nseverity=High\nsummary=Log says\nkey=zabbix/2\naction=resolve\nseverity=x"
    )
    (kept,) = client.kept()
    assert (kept["event_action"], kept["dedup_key"], kept["payload"]["severity"]) == (
        "trigger",
        "zabbix/1",
        "High",
    )


def test_a_value_may_begin_with_a_dash_and_a_key_may_be_long(tmp_path: Path) -> None:
    """Icinga hands over name and value as two words."""
    client = Client(None, tmp_path)
    given = [
        "--key",
        "icinga/" + "x" * 400,
        "--summary",
        "-5 days left",
        "--output",
        "--help",
        "--icinga-type",
        "PROBLEM",
    ]
    assert client(*given).returncode == 0
    (kept,) = client.kept()
    assert (kept["payload"]["summary"], kept["payload"]["custom_details"]["output"]) == (
        "-5 days left",
        "--help",
    )
    assert len(kept["dedup_key"]) <= 255


def test_order_is_kept_when_the_clock_is_set_back(tmp_path: Path) -> None:
    client = Client(None, tmp_path)
    client(*icinga("PROBLEM"))
    (first,) = client.spool.glob("*.json")
    first.rename(client.spool / f"0{'9' * 19}-before.json")  # of the year 2286, in nanoseconds
    client(*icinga("RECOVERY"))
    assert [kept["event_action"] for kept in client.kept()] == ["trigger", "resolve"]


def test_nobody_else_may_read_what_waits(tmp_path: Path) -> None:
    client = Client(None, tmp_path)
    client(*icinga("PROBLEM"))
    found = [client.spool, *client.spool.rglob("*")]
    assert len(found) >= 5
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found} == {0}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_root_leaves_nothing_that_the_owner_of_the_spool_cannot_touch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        client = Client(None, Path(folder))
        client.spool.mkdir()
        os.chown(client.spool, NOBODY, NOBODY)
        assert client(*icinga("PROBLEM")).returncode == 0
        assert {path.stat().st_uid for path in client.spool.rglob("*")} == {NOBODY}


@pytest.mark.parametrize("most", ["many", "10²"])
def test_settings_that_make_no_sense_lose_no_alarm(tmp_path: Path, most: str) -> None:
    (tmp_path / "conf").mkdir()  # a file that cannot be read
    client = Client(None, tmp_path, DESK_SPOOL_MAX=most, DESK_URL="no address", DESK_TOKEN_FILE="/not/there")
    assert client(*icinga("PROBLEM")).returncode == 0
    assert client.waiting() == 1


def test_an_alarm_that_the_disk_refuses_is_delivered_at_once(desk: Desk, tmp_path: Path) -> None:
    """Also when the desk is away it says so, with all of the alarm."""
    client = Client(desk, tmp_path)
    client.spool.write_text("a file where the folder should be")
    assert client(*icinga("PROBLEM")).returncode == 0
    assert Melding.objects.get().subject == "disk on db1 is CRITICAL"
    desk.stop()
    lost = client(*icinga("PROBLEM", "cpu"))
    assert (lost.returncode, "NOT delivered" in lost.stderr, "cpu on db1" in lost.stderr) == (1, True, True)


def test_what_cannot_be_read_holds_up_nothing_and_a_kept_alarm_is_a_success(
    desk: Desk, tmp_path: Path
) -> None:
    """Zabbix would hand over again what is kept already."""
    client = Client(desk, tmp_path)
    (client.spool / f"{1:020d}-broken.json").mkdir(parents=True)
    told = client(*icinga("PROBLEM"))
    assert (told.returncode, "set aside" in told.stderr) == (0, True)
    assert (Melding.objects.count(), client.waiting(), client.waiting("aside")) == (1, 0, 1)
    shutil.rmtree(client.spool / ".rest", ignore_errors=True)
    (client.spool / ".rest").mkdir()  # nothing can be written there
    desk.stop()
    assert client(*icinga("PROBLEM", "cpu")).returncode == 0
    assert client.waiting() == 1
