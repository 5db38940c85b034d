"""`manage.py deadlines`: lines of JSON in, deadlines and their explanation out."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sla.actions import new_policy_version, publish
from sla.models import Policy
from sla.strip import draw
from tests.sla.conftest import NOW

CASES = Path(__file__).parents[1] / "cases" / "deadlines.jsonl"
GOOD = {"received": "2026-04-23T15:04:00+02:00", "priority": 2, "kind": "incident"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def command(shipped: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run it on `given` (bytes, or one object a line); returns its exit code and what it wrote."""

    def run(*given: object, to: io.StringIO | None = None, **options: Any) -> tuple[int, str]:
        lines = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in given]
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))
        out = to or io.StringIO()
        try:
            call_command("deadlines", stdout=out, **options)
        except SystemExit as end:
            return int(str(end.code)), out.getvalue()
        return 0, out.getvalue()

    return run


def answers(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_sla_9_3_all_cases_come_out_right(command: Any) -> None:
    """SLA 9.3, on the cases themselves: members that are not asked for do not matter."""
    code, out = command(CASES.read_bytes().rstrip())
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    assert code == 0
    assert answers(out) == [
        {"response_due": case["response_due"], "resolution_due": case["resolution_due"]} for case in cases
    ]


def test_a_wijziging_and_a_vraag_need_no_priority(command: Any) -> None:
    """SLA 10.3: both have the times of priority 4, a Wijziging whatever is asked."""
    change = {**GOOD, "kind": "change", "priority": 1}
    question = {"received": GOOD["received"], "kind": "question"}
    code, out = command({**GOOD, "priority": 4}, change, question)
    first, second, third = answers(out)
    assert code == 0
    assert first == second == third
    assert first["resolution_due"] is None


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "geen geldige JSON"),
        (b"\xff\xfe", "geen geldige JSON"),
        (b"[" * 100_000, "geen geldige JSON"),
        (b"7", "geen JSON-object"),
        ({**GOOD, "received": "2026-04-23T15:04:00"}, "zonder tijdzone"),
        ({**GOOD, "received": "2026-04-23"}, "zonder tijdzone"),
        ({**GOOD, "received": "gisteren"}, "geen ISO-tijdstip"),
        ({**GOOD, "received": 5}, "geen ISO-tijdstip"),
        ({"priority": 1}, "received: ontbreekt"),
        ({**GOOD, "received": "9999-12-31T23:00:00+00:00"}, "received: ligt te ver weg"),
        ({**GOOD, "received": "9999-12-28T12:00:00+00:00"}, "Zo ver reikt deze kalender niet."),
        ({**GOOD, "received": "0001-01-01T00:00:00+14:00"}, "received: ligt te ver weg"),
        ({"received": GOOD["received"]}, "priority: ontbreekt"),
        ({**GOOD, "priority": 5}, "priority: kies uit"),
        ({**GOOD, "priority": True}, "priority: kies uit"),
        ({**GOOD, "priority": "2"}, "priority: kies uit"),
        ({**GOOD, "kind": "storing"}, "kind: kies uit question, incident, change"),
        ({**GOOD, "kind": []}, "kind: kies uit"),
    ],
)
def test_a_bad_line_is_answered_with_its_number_and_the_rest_goes_on(
    command: Any, bad: object, reason: str
) -> None:
    code, out = command(GOOD, b"", bad, GOOD)
    first, error, last = answers(out)
    assert code == 1
    assert error["line"] == 3
    assert reason in error["error"]
    assert first == last == {
        "response_due": "2026-04-24T09:04:00+00:00", "resolution_due": "2026-04-28T13:04:00+00:00",
    }  # fmt: skip


def test_explained_the_ledger_covers_receipt_to_deadline(command: Any) -> None:
    _, out = command(GOOD, {**GOOD, "priority": 4}, explain=True)
    first, by_agreement = answers(out)
    ledger = first["ledgers"]["resolution"]
    assert ledger[0]["start"] == "2026-04-23T13:04:00+00:00"
    assert ledger[-1]["end"] == first["resolution_due"]
    assert all(one["end"] == following["start"] for one, following in pairwise(ledger))
    assert sum(row["seconds"] for row in ledger if row["counted"]) == 52_200
    closed = [row for row in ledger if row["reason"] == "closed"]
    assert [(row["label"], row["counted"]) for row in closed] == [("Koningsdag", False)]
    assert by_agreement["ledgers"]["resolution"] is None


def test_explained_on_a_terminal_it_draws_the_strip(command: Any) -> None:
    _, out = command(GOOD, {**GOOD, "priority": 4}, explain=True, to=Terminal())
    assert "P2, ontvangen donderdag 23 april 2026 15:04" in out
    assert "Oplossing: dinsdag 28 april 2026 15:04" in out
    rows = {line[:9].strip(): line for line in out.split("Oplossing")[1].splitlines()}
    assert rows["za 25 apr"].endswith("weekend")
    assert rows["ma 27 apr"].endswith("Koningsdag")
    assert rows["vr 24 apr"].count("█") == 6.5 * 4
    assert "Oplossing: in overleg" in out


def test_a_strip_around_the_clock_shows_the_whole_day(command: Any) -> None:
    _, out = command({**GOOD, "priority": 1}, explain=True, to=Terminal())
    assert "00  01  02" in out
    assert "Telt mee: 24:00" in out


def test_another_policy(command: Any) -> None:
    _, out = command({**GOOD, "priority": 1}, policy="intramed")
    assert answers(out)[0]["resolution_due"] == "2026-04-24T13:04:00+00:00"


def test_an_unknown_policy_is_an_error(command: Any) -> None:
    with pytest.raises(CommandError, match="nergens"):
        command(GOOD, policy="nergens")


def test_each_line_is_timed_by_the_version_of_its_day(command: Any, mdo: Policy) -> None:
    version = new_policy_version(mdo, by=None, at=NOW)
    version.targets.filter(clock="response", priority=2).update(amount=2)
    publish(version, by=None, at=NOW)
    _, out = command(
        {**GOOD, "received": "2026-02-02T10:00:00+01:00"}, {**GOOD, "received": "2026-03-02T10:00:00+01:00"}
    )
    assert [answer["response_due"][11:16] for answer in answers(out)] == ["13:00", "11:00"]


def test_nothing_in_nothing_out(command: Any) -> None:
    assert command(b"") == (0, "")


def test_the_strip_of_nothing_is_empty_but_for_the_sum() -> None:
    assert list(draw((), "Europe/Amsterdam"))[-1] == "Telt mee: 0:00"
