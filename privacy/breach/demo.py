"""Security incidents in the demo: one told in time and closed, and one of which the 24 hours run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desk.models import Notice
from incidents.demo.stage import Scene, Stage
from privacy.breach import actions
from privacy.breach.actions import Answers, Suspicion
from privacy.models import Letter, SecurityIncident


def scenes(stage: Stage) -> list[Scene]:
    return [closed(stage), running(stage)]


def closed(stage: Stage) -> Scene:
    """A wrong attachment, told within a day; the recipient erased it."""
    staff = stage.cast.staff
    oscar, sam = staff["Oscar"], staff["Sam"]
    boss = next(user for user in staff.values() if user.role == "management")
    party = stage.cast.contacts["Thijs Wolters"].contractant
    yield (at := stage.workdays_ago(30, "09:40"))
    case = actions.open_incident(Suspicion(
        subject="Overzicht naar het verkeerde ziekenhuis gemaild", aspect="confidentiality", known_at=at - timedelta(minutes=20),
        description="Een medewerker heeft een overzicht van deelnemers aan overleggen naar de verkeerde contractant gemaild. De "
        "ontvanger belde direct en heeft de mail gewist.",
    ), by=sam, at=at)  # fmt: skip
    yield (at := at + timedelta(minutes=50))
    actions.assess(case, by=oscar, at=at, controllers=[party], recipients="Eén contactpersoon van een andere contractant.", answers=Answers(
        personal="yes", categories=["contact"], lost=["confidentiality"], trusted=True, persons=14, records=14,
    ))  # fmt: skip
    actions.confirm(case, by=oscar, at=at, risk="none")
    actions.draft(case, by=oscar, at=at)
    yield (at := at + timedelta(hours=2))
    actions.approve(case, by=boss, at=at, letters=list(Letter.objects.filter(affected__incident=case)))
    _delivered(case, at + timedelta(seconds=30))
    yield (at := at + timedelta(minutes=5))
    actions.settle(at)
    case.refresh_from_db()
    actions.plan(
        case,
        by=oscar,
        at=at,
        what="Overzichten alleen nog via het portaal delen",
        owner=sam,
        due_on=(at + timedelta(days=7)).date(),
    )
    yield (at := stage.workdays_ago(25, "14:00"))
    actions.decide(case, by=oscar, at=at, controller=case.affected.get(), authority="no", subjects="no")
    actions.finish(case, by=sam, at=at, action=case.follow_ups.get())
    yield (at := stage.workdays_ago(24, "10:00"))
    actions.close(
        case, by=oscar, at=at, effects="Geen: de ontvanger heeft het overzicht gewist en dat bevestigd.",
        measures="Overzichten gaan niet meer per mail.", lessons="Controleer de ontvanger, en deel via het portaal.",
    )  # fmt: skip


def running(stage: Stage) -> Scene:
    """This morning's: assessed, letters wait to be approved."""
    oscar, noor = stage.cast.staff["Oscar"], stage.cast.staff["Noor"]
    party = stage.cast.contacts["Lotte Visser"].contractant
    yield (at := stage.now - timedelta(hours=14))
    case = actions.open_incident(Suspicion(
        subject="Deelnemers zien een overleg van een andere regio", aspect="confidentiality",
        description="Na de update van gisteravond zagen enkele deelnemers de agenda van een overleg waar zij niet bij horen. De update is "
        "teruggedraaid.",
    ), by=noor, at=at)  # fmt: skip
    yield (at := at + timedelta(hours=1))
    actions.assess(case, by=oscar, at=at, controllers=[party], answers=Answers(
        personal="yes", categories=["contact", "health"], lost=["confidentiality"], consequences=("discrimination",),
    ))  # fmt: skip
    actions.confirm(case, by=oscar, at=at, risk="high")
    actions.draft(case, by=oscar, at=at)


def _delivered(case: SecurityIncident, at: Any) -> None:
    """The outbox of the demo lies in the past."""
    Notice.objects.get_queryset().filter(case_type=case.case_type, case_id=case.pk, sent_at=None).update(
        sent_at=at
    )
