"""That the target time of a step runs out is recorded once, and told to who can act on it (SLA 5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from complaints import actions, tasks
from complaints.models import About, Complaint, ComplaintTarget, State
from complaints.targets import limit
from desk.models import Event, Heartbeat, Notice, User
from desk.notices import deliver, render
from desk.permissions import Role
from desk.sweep import sweep
from tests.complaints.conftest import LATER, REPORT, Cast
from tests.factories import MOMENT

SECOND = timedelta(seconds=1)
# Received on a Tuesday at 10:00; Kantoortijden are 9:00 to 17:00, on Fridays until 15:30.
ACKNOWLEDGED = MOMENT + timedelta(days=2)
SWEPT = ["warn", "breach"]


def passed(complaint: Complaint) -> list[tuple[str, str, int, datetime]]:
    found = complaint.events().filter(verb__in=SWEPT)
    return [(event.verb, event.data["step"], event.data["percent"], event.at) for event in found]


def told(complaint: Complaint) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(case_type="complaint", case_id=complaint.pk, event__verb__in=SWEPT)
    return sorted(rows.values_list("key", "name"))


def test_sla_5_who_treats_it_hears_that_the_time_of_a_step_runs_out(cast: Cast) -> None:
    """Taken up by Thursday 10:00; 12 of the 16 hours of Kantoortijden are used on Wednesday at 14:00."""
    complaint, most = cast.assigned(), MOMENT + timedelta(days=1, hours=4)
    assert (complaint.due_at, complaint.sweep_at) == (ACKNOWLEDGED, most)
    assert sweep(Complaint, most) == 0
    assert sweep(Complaint, most + SECOND) == 1
    assert passed(complaint) == [("warn", "acknowledge", 75, most)]
    assert told(complaint) == [("complaint_warning", "Fatma Yıldız")]
    assert sweep(Complaint, ACKNOWLEDGED) == 0, "late is strictly after"
    assert [sweep(Complaint, ACKNOWLEDGED + SECOND) for _turn in range(3)] == [1, 0, 0]
    assert passed(complaint)[1:] == [("breach", "acknowledge", 100, ACKNOWLEDGED)]
    assert told(complaint) == [("complaint_breach", "Fatma Yıldız"), ("complaint_warning", "Fatma Yıldız")]
    complaint.refresh_from_db()
    assert complaint.sweep_at is None


def test_after_a_standstill_only_where_it_stands_now_is_told(cast: Cast) -> None:
    """Found on Saturday: Fatma hears of it on Monday at 9:00. Nobody treats the other: who assigns does."""
    complaint, other = cast.assigned(), cast.complaint()
    saturday, monday = MOMENT + timedelta(days=4), MOMENT + timedelta(days=5, hours=23)
    assert sweep(Complaint, saturday) == 4
    assert [verb for verb, *_rest in passed(complaint)] == SWEPT
    assert told(complaint) == [("complaint_breach", "Fatma Yıldız")]
    assert told(other) == [("complaint_breach", "Sam de Vries")]
    (notice,) = Notice.objects.filter(event__verb="breach", email=cast.fatma.email)
    assert notice.next_try_at == monday
    render(notice)
    assert "in behandeling nemen" in notice.body
    assert "donderdag 18 juni, 10:00" in notice.body


def test_a_step_that_moved_on_is_not_warned_of(cast: Cast) -> None:
    """Nor is what was warned of and waits to be sent. A refused solution begins the step anew, with its own warnings."""
    complaint = cast.assigned()
    sweep(Complaint, saturday := MOMENT + timedelta(days=4))
    actions.start(complaint, by=cast.fatma, at=saturday)
    actions.propose(complaint, by=cast.fatma, at=saturday, solution="Wij bellen u.")
    assert complaint.sweep_at is None
    assert sweep(Complaint, MOMENT + timedelta(days=90)) == 0
    deliver(MOMENT + timedelta(days=6))
    assert Notice.objects.get(key="complaint_breach").dropped_because == Notice.Dropped.SUPERSEDED
    for refused in (MOMENT + timedelta(days=7), MOMENT + timedelta(days=60)):
        actions.refuse_solution(complaint, by=cast.noor.user, at=refused, reason="Te mager.")
        assert complaint.due_at is not None
        assert sweep(Complaint, complaint.due_at + SECOND) == 2
        assert passed(complaint)[-1] == ("breach", "answer", 100, complaint.due_at)
        actions.propose(complaint, by=cast.fatma, at=complaint.due_at + SECOND, solution="Wij komen.")
    assert len(passed(complaint)) == 6


def test_the_report_is_timed_from_the_accepted_solution(cast: Cast) -> None:
    """A figure that changes meanwhile holds for later steps."""
    complaint = cast.brought(State.PROPOSED)
    actions.accept_solution(complaint, by=cast.noor.user, at=MOMENT)
    ComplaintTarget.objects.create(step="report", working_days=1)
    actions.note(complaint, by=cast.fatma, at=LATER, body="Ik schrijf het morgen.")
    running = limit(complaint)
    assert running is not None
    assert (running.start, running.due, complaint.sweep_at) == (
        MOMENT, MOMENT + timedelta(days=7), running.moments()[0][0]
    )  # fmt: skip
    actions.send_report(complaint, by=cast.fatma, at=LATER, **REPORT)
    assert (limit(complaint), complaint.sweep_at) == (None, None)


def test_one_about_the_supportafdeling_tells_nobody_of_it(cast: Cast) -> None:
    orphan, assigned = cast.complaint(About.SUPPORT), cast.assigned(About.SUPPORT)
    sweep(Complaint, MOMENT + timedelta(days=90))
    managers = [("complaint_breach", "Fatma Yıldız"), ("complaint_breach", "Marieke van Dalen")]
    assert (told(orphan), told(assigned)) == (managers, managers[:1])
    towards = User.objects.filter(role__in=[Role.SUPPORT, Role.ON_CALL, Role.MACHINE]).values("email")
    assert not Notice.objects.filter(email__in=towards).exists()


def test_staff_read_it_in_words_and_the_contact_does_not(client: Client, cast: Cast) -> None:
    complaint = cast.assigned()
    sweep(Complaint, MOMENT + timedelta(days=4))
    pages = {
        cast.fatma: complaint.get_absolute_url(),
        cast.noor.user: reverse("complaints:portal_complaint", args=[complaint.number]),
    }
    for user, url in pages.items():
        client.force_login(user)
        page = client.get(url).content.decode()
        for words in (
            "meldt dat 75 % van de streeftijd",
            "meldt dat de streeftijd voor ‘in behandeling nemen’",
        ):
            assert (words in page) is (user == cast.fatma)


def test_one_that_fails_holds_up_no_other(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """Its step has no name. The task runs, and says so."""
    broken, sound = cast.complaint(), cast.complaint()
    Complaint.objects.filter(pk=broken.pk).update(due_step="nothing")
    tasks.sweep()
    assert len(passed(sound)) == 2
    logged = [record.getMessage() for record in caplog.records if record.exc_info]
    assert logged == [f"the sweep of {broken.number} failed"]
    assert Heartbeat.objects.filter(job="sweep_complaints").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_record_each_once() -> None:
    cast = Cast()
    for _turn in range(6):
        cast.assigned()

    def work(_turn: int) -> int:
        try:
            return sweep(Complaint, MOMENT + timedelta(days=30), batch=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found: Any = list(pool.map(work, range(4)))
    assert sum(found) + sweep(Complaint, MOMENT + timedelta(days=30)) == 12
    assert Event.objects.filter(verb__in=SWEPT).count() == 12
    assert Notice.objects.filter(event__verb__in=SWEPT).count() == 6
