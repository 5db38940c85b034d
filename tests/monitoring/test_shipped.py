"""The configurations in docs/monitoring: that their systems can read them, and that the desk gets all it looks at."""

from __future__ import annotations

import re
import runpy
from typing import Any

import pytest
import yaml

from incidents.api.monitoring import read_event
from tests.monitoring.conftest import NOW
from tests.setup.processes import ROOT

DOCS = ROOT / "docs" / "monitoring"
CLIENT = runpy.run_path(str(ROOT / "clients" / "desk-alert"), run_name="client")
DOOR = "https://desk.example.nl/api/v1/monitoring/alertmanager/"
SAID = {
    "EVENT.ID": "4711", "EVENT.NAME": "Disk full", "EVENT.SEVERITY": "Disaster", "HOST.NAME": "db1",
    "EVENT.TAGS.component": "mdo-web", "EVENT.TAGS.cause": "*UNKNOWN*", "EVENT.TAGS.cluster": "ams",
    "ITEM.NAME1": "Free space", "ITEM.VALUE1": "0 %\naction=resolve",
}  # fmt: skip


def shipped(name: str) -> Any:
    return yaml.safe_load((DOCS / name).read_text())


def event(words: dict[str, str]) -> Any:
    """What the door of the desk makes of what the client sends."""
    read = read_event(CLIENT["body_of"](words), NOW)
    assert read.wrong == ()
    return read.events[0]


def test_alertmanager_and_grafana_deliver_at_the_door_with_a_bearer() -> None:
    (hook,) = shipped("alertmanager.yml")["receivers"][0]["webhook_configs"]
    (point,) = shipped("grafana.yaml")["contactPoints"]
    (receiver,) = point["receivers"]
    settings = receiver["settings"]
    assert {hook["url"], settings["url"]} == {DOOR}
    assert hook["http_config"]["authorization"]["type"] == settings["authorization_scheme"] == "Bearer"
    assert (hook["send_resolved"], receiver["disableResolveMessage"]) == (True, False)
    assert hook["max_alerts"] == settings["maxAlerts"] == 0


@pytest.fixture(scope="module")
def messages() -> dict[str, str]:
    """What Zabbix hands over, by operation."""
    (media,) = shipped("zabbix.yaml")["zabbix_export"]["media_types"]
    assert (media["type"], media["script_name"]) == ("SCRIPT", "desk-alert")
    assert media["parameters"] == ["--zabbix={ALERT.MESSAGE}"]
    found = {}
    for one in media["message_templates"]:
        assert one["event_source"] == "TRIGGERS"
        text = re.sub(r"{([A-Z.a-z0-9]+)}", lambda macro: SAID[macro[1]], one["message"])
        found[one["operation_mode"]] = text
    return found


def test_what_zabbix_tells_is_what_the_desk_looks_at(messages: dict[str, str]) -> None:
    told = {mode: event(CLIENT["from_zabbix"](text)) for mode, text in messages.items()}
    actions = {mode: one.action for mode, one in told.items()}
    assert actions == {"PROBLEM": "trigger", "RECOVERY": "resolve", "UPDATE": "acknowledge"}
    assert {one.dedup_key for one in told.values()} == {"zabbix/4711"}
    labels = told["PROBLEM"].all_labels
    assert {
        "severity": "Disaster",
        "component": "mdo-web",
        "source": "db1",
        "cluster": "ams",
    }.items() <= labels.items()
    assert "cause" not in labels


@pytest.mark.parametrize(("command", "about"), [("desk-service", "service"), ("desk-host", "host")])
def test_what_icinga_tells_is_what_the_desk_looks_at(command: str, about: str) -> None:
    """Names and values as two words each; a variable that is not there is left out with its name."""
    text = (DOCS / "icinga2.conf").read_text()
    block = text[text.index(f'NotificationCommand "{command}"') :]
    given = re.findall(r'"(--[a-z-]+)" = "(.*)"', block[: block.index("\n}\n")])
    said = {"notification.type": "PROBLEM", "host.name": "db1", "service.name": "disk", f"{about}.state": "CRITICAL",
            f"{about}.output": "--free 0 %", "host.vars.cluster": "ams"}  # fmt: skip
    words = []
    for name, value in given:
        if {*re.findall(r"\$([a-z.]+)\$", value)} <= {*said}:
            words += [name, re.sub(r"\$([a-z.]+)\$", lambda macro: said[macro[1]], value)]
    parsed = CLIENT["arguments"]().parse_args(CLIENT["joined"](words))
    found = event(CLIENT["from_options"](parsed))
    assert found.dedup_key == ("icinga/db1/disk" if about == "service" else "icinga/db1")
    assert found.summary.endswith("is CRITICAL")
    assert (
        found.all_labels.items()
        >= {"severity": "CRITICAL", "source": "db1", "cluster": "ams", "output": "--free 0 %"}.items()
    )
