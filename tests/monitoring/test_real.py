"""A real Alertmanager with the configuration that ships, and the client with its spool, at a desk that comes and goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.models import ApiToken
from incidents.actions.monitoring import reconcile
from incidents.models import Alert, AlertSource, Melding, RawEvent
from tests import factories
from tests.monitoring.desk import Desk
from tests.setup.processes import ROOT, free_port, stop, until

ALERTMANAGER = shutil.which("prometheus-alertmanager")
SHIPPED = ROOT / "docs" / "monitoring" / "alertmanager.yml"
CLIENT = ROOT / "clients" / "desk-alert"
pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Iterator[Desk]:
    factories.load_policies()
    found = Desk(tmp_path / "web.log")
    found.start()
    yield found
    found.stop()


# --- Alertmanager


@pytest.fixture
def alertmanager(desk: Desk, tmp_path: Path) -> Iterator[str]:
    if ALERTMANAGER is None:
        pytest.skip("Debian's package prometheus-alertmanager is not installed")
    source = factories.machine(name="Alertmanager")
    (tmp_path / "token").write_text(factories.token(ApiToken.Scope.MONITORING, user=source))
    config = SHIPPED.read_text()
    for shipped, ours in (
        ("https://desk.example.nl", desk.url), ("/etc/alertmanager/desk_token", str(tmp_path / "token")),
        ("group_wait: 10s", "group_wait: 100ms"), ("group_interval: 1m", "group_interval: 1s"),
        ("repeat_interval: 1h", "repeat_interval: 2s"),
    ):  # fmt: skip
        assert shipped in config
        config = config.replace(shipped, ours)
    (tmp_path / "alertmanager.yml").write_text(config)
    url = f"http://127.0.0.1:{free_port()}"
    command = [
        ALERTMANAGER, f"--config.file={tmp_path / 'alertmanager.yml'}", f"--storage.path={tmp_path / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}", "--cluster.listen-address=",
    ]  # fmt: skip
    with (tmp_path / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    until(lambda: answers(f"{url}/-/ready"), "Alertmanager")
    AlertSource.objects.create(user=source, alertmanagers=url)
    yield url
    stop(process)


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


def fire(url: str, *instances: str, ended: bool = False) -> None:
    now = datetime.now(UTC)
    ends = {"endsAt": f"{now:%Y-%m-%dT%H:%M:%S.%fZ}"} if ended else {}
    body = [
        {"labels": {"alertname": "ServiceDown", "severity": "critical", "cluster": "ams", "cause": "switch", "instance": name},
         "annotations": {"summary": "Diensten onbereikbaar"}, "startsAt": f"{now - timedelta(seconds=5):%Y-%m-%dT%H:%M:%SZ}",
         **ends}
        for name in instances
    ]  # fmt: skip
    request = urllib.request.Request(
        f"{url}/api/v2/alerts", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=10).close()


def test_it_fires_repeats_and_resolves_across_a_restart_of_the_desk(desk: Desk, alertmanager: str) -> None:
    """SLA 9.1: one Incident with all of its history, whatever was down meanwhile."""
    fire(alertmanager, "web1", "web2")
    until(lambda: RawEvent.objects.count() >= 2, "a repeat")
    desk.stop()
    fire(alertmanager, "web3")
    time.sleep(2)  # it really tries in vain: a flush or two go by
    assert Alert.objects.count() == 2
    desk.start()
    until(lambda: Alert.objects.count() == 3, "what fired meanwhile")
    fire(alertmanager, "web1", "web2", "web3", ended=True)
    until(lambda: not Alert.objects.filter(recovered_at=None).exists(), "the recovery")
    melding = Melding.objects.get()
    assert [event.verb for event in melding.events()] == ["register", "available_again"]
    assert (melding.state, melding.alerts.count()) == ("received", 3)
    assert not RawEvent.objects.exclude(error="").exists()


def test_what_it_could_not_deliver_is_found_by_asking(desk: Desk, alertmanager: str) -> None:
    desk.stop()
    fire(alertmanager, "web1")
    at = datetime.now(UTC)
    until(lambda: reconcile(at) > 0, "the alert in the answer of Alertmanager")
    assert Melding.objects.get().alerts.get().labels["instance"] == "web1"
    fire(alertmanager, "web1", ended=True)
    assert reconcile(datetime.now(UTC)) == 0, "an Alertmanager that has just started is not believed"
    assert reconcile(datetime.now(UTC) + timedelta(minutes=6)) == 1
    assert [event.verb for event in Melding.objects.get().events()] == ["register", "available_again"]


def test_the_shipped_configuration_is_valid() -> None:
    amtool = shutil.which("amtool")
    if amtool is None:
        pytest.skip("Debian's package prometheus-alertmanager is not installed")
    subprocess.run([amtool, "check-config", SHIPPED], check=True, capture_output=True)


# --- The client with its spool


class Client:
    def __init__(self, desk: Desk, folder: Path, **more: str) -> None:
        self.spool = folder / "spool"
        secret = factories.token(ApiToken.Scope.MONITORING, user=factories.machine(name="Icinga"))
        self.environment = {
            "PATH": os.environ["PATH"], "DESK_URL": desk.url, "DESK_TOKEN": secret, "DESK_SPOOL": str(self.spool), **more,
        }  # fmt: skip

    def __call__(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(CLIENT), *words], env={**self.environment, **more}, capture_output=True, text=True
        )  # fmt: skip

    def waiting(self, folder: str = "") -> int:
        return len(list((self.spool / folder).glob("*.json")))


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


def test_zabbix_hands_over_its_message(desk: Desk, tmp_path: Path) -> None:
    client = Client(desk, tmp_path)
    words = "action=trigger\nkey=zabbix/17\nsummary=Wachtrij = vol\nseverity=Average\nsource=db1\ndetail.cause=*UNKNOWN*"
    assert client(f"--zabbix={words}").returncode == 0
    melding = Melding.objects.get()
    assert (melding.priority, melding.subject) == (3, "Wachtrij = vol")
    assert "cause" not in melding.alerts.get().labels
    assert client("--key=x").returncode == 2
