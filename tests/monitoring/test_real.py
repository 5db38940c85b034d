"""A real Alertmanager with the configuration that ships, at a desk that comes and goes."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
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
pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]


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
