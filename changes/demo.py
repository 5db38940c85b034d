"""Changes and Releases in the demo: one of each state that people meet, and a calendar with a past and a future."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from changes import demo_maintenance
from changes.actions import change as changes
from changes.actions import release as releases
from changes.actions.request import Request, register
from changes.actions.usage import record_use
from changes.models import Change, Release
from incidents.demo.stage import AMSTERDAM, Scene, Stage


def scenes(stage: Stage) -> list[Scene]:
    return [
        done(stage),
        coming(stage),
        to_assess(stage),
        to_approve(stage),
        rejected(stage),
        compulsory(stage),
        in_use(stage),
        *demo_maintenance.scenes(stage),
    ]


def done(stage: Stage) -> Scene:
    """Asked for, honoured, and out with its notes and a document."""
    fatma = stage.cast.staff["Fatma"]
    yield (at := stage.workdays_ago(75, "09:10"))
    release = _release(stage, at, "release", "8.1", 45)
    yield (at := stage.workdays_ago(70, "11:20"))
    change = _asked(stage, at, "Thijs Wolters", "Aanmelden met één druk op de knop",
                    "Voor elke aanmelding vullen wij drie schermen in die al bekende gegevens vragen.",
                    "Aanmelden kost twee minuten in plaats van tien.", "Bij een vervolgbespreking is alles al bekend.")  # fmt: skip
    yield (at := stage.workdays_ago(68, "14:05"))
    _honour(stage, change, at, "medium")
    yield (at := stage.workdays_ago(66, "10:00"))
    note = "Een patiënt voor een vervolgbespreking meldt u aan met één druk op de knop."
    changes.plan(change, by=fatma, at=at, release=release, release_note=note)
    for days, step in ((50, changes.build), (47, changes.verify), (46, changes.accept)):
        yield (at := stage.workdays_ago(days, "15:30"))
        step(change, by=fatma, at=at)
    releases.introduce(release, by=fatma, at=at, introduction="Deze release maakt aanmelden eenvoudiger.")
    releases.attach(release, by=fatma, at=at, files=[_document("Handleiding aanmelden 8.1.txt")])
    yield (at := stage.workdays_ago(45, "07:30"))
    releases.freeze(release, by=fatma, at=at)
    releases.publish(release, by=fatma, at=at)


def coming(stage: Stage) -> Scene:
    """One of the supplier's own, built for the next Release."""
    noor, fatma = stage.cast.staff["Noor"], stage.cast.staff["Fatma"]
    yield (at := stage.workdays_ago(30, "10:15"))
    release = _release(stage, at, "release", "8.2", -25)
    request = Request(
        "Overleg met veel deelnemers opent sneller", "Boven dertig deelnemers duurt het openen lang.",
        "Elk overleg opent binnen drie seconden.", stage.cast.services["mdo"], kind="own",
    )  # fmt: skip
    change = register(request, by=noor, at=at)
    yield (at := stage.workdays_ago(28, "13:40"))
    _honour(stage, change, at, "low")
    changes.plan(
        change,
        by=fatma,
        at=at,
        release=release,
        release_note="Een overleg met veel deelnemers opent sneller.",
    )
    yield (at := stage.workdays_ago(6, "16:00"))
    changes.build(change, by=stage.cast.staff["Achmed"], at=at)


def to_assess(stage: Stage) -> Scene:
    """Asked for three Werkdagen ago, with a question from the contact; nobody reacted, and the time for it runs out."""
    yield (at := stage.workdays_ago(3, "10:25"))
    change = _asked(stage, at, "Lotte Visser", "Herinnering een dag voor het overleg",
                    "Deelnemers vergeten soms hun voorbereiding.", "Iedereen komt voorbereid naar het overleg.",
                    "Een e-mail om 09:00 uur op de dag ervoor.")  # fmt: skip
    yield (at := stage.workdays_ago(3, "15:10"))
    contact = stage.cast.contacts["Lotte Visser"].user
    changes.reply(change, by=contact, at=at, body="Kan de herinnering per deelnemer uit?")


def to_approve(stage: Stage) -> Scene:
    """Of high risk: one of two has approved."""
    yield (at := stage.workdays_ago(5, "09:45"))
    change = _asked(stage, at, "Pieter Hoekstra", "Beelden rechtstreeks uit het archief",
                    "Radiologen openen beelden nu in een tweede venster.", "Beelden staan klaar bij het openen van het overleg.")  # fmt: skip
    yield (at := stage.workdays_ago(3, "11:30"))
    _assess(stage, change, at, "high")
    yield (at := stage.workdays_ago(2, "14:20"))
    changes.approve(change, by=stage.cast.staff["Fatma"], at=at)


def rejected(stage: Stage) -> Scene:
    yield (at := stage.workdays_ago(20, "13:00"))
    change = _asked(stage, at, "Ineke Dijkgraaf", "Verslag ook als spraakbericht",
                    "Een verslag beluisteren onderweg naar het overleg.", "Tijd winnen onderweg.")  # fmt: skip
    yield (at := stage.workdays_ago(18, "09:30"))
    reason = (
        "Gesproken verslagen zijn buiten de beveiligde omgeving te horen. Daarom voeren wij dit niet door."
    )
    changes.reject(change, by=stage.cast.staff["Fatma"], at=at, reason=reason)


def compulsory(stage: Stage) -> Scene:
    """An update that closes a vulnerability (SLA 11)."""
    marieke = stage.cast.staff["Marieke"]
    yield (at := stage.workdays_ago(16, "10:40"))
    release = _release(stage, at, "update", "8.1.1", 12)
    releases.require(release, by=marieke, at=at, reason="Een bibliotheek waarmee beelden worden getoond, heeft een ernstige kwetsbaarheid (CVE).")  # fmt: skip
    releases.introduce(
        release, by=marieke, at=at, introduction="Deze update verhelpt een kwetsbaarheid bij het tonen van beelden."
    )  # fmt: skip
    yield (at := stage.workdays_ago(12, "07:15"))
    releases.freeze(release, by=marieke, at=at)
    releases.publish(release, by=marieke, at=at)


def in_use(stage: Stage) -> Scene:
    """Who uses what: one is up to date, one took no compulsory update, and of the others nobody knows."""
    noor = stage.cast.staff["Noor"]
    yield (at := stage.workdays_ago(9, "16:15"))
    for who, name, days in (
        ("Thijs Wolters", "8.1", 40),
        ("Thijs Wolters", "8.1.1", 10),
        ("Lotte Visser", "8.1", 30),
    ):
        release = Release.objects.get(service=stage.cast.services["mdo"], name=name)
        since = stage.workdays_ago(days, "07:30").astimezone(AMSTERDAM).date()
        record_use(stage.cast.contacts[who].contractant, release, by=noor, at=at, since=since)


def _release(stage: Stage, at: Any, kind: str, name: str, workdays_ago: int) -> Release:
    """`workdays_ago` may be negative: then it is ahead."""
    day = (
        stage.workdays_ago(workdays_ago, "07:30")
        if workdays_ago > 0
        else stage.now + timedelta(days=-workdays_ago)
    )
    return releases.register(
        by=stage.cast.staff["Fatma"], at=at, kind=kind, service=stage.cast.services["mdo"], name=name,
        planned_on=day.astimezone(AMSTERDAM).date(),
    )  # fmt: skip


def _asked(
    stage: Stage, at: Any, who: str, subject: str, description: str, goal: str, examples: str = ""
) -> Change:
    contact = stage.cast.contacts[who]
    asked = Request(subject, description, goal, stage.cast.services["mdo"], examples, contact)
    return register(asked, by=contact.user, at=at)


def _assess(stage: Stage, change: Change, at: Any, risk_level: str) -> None:
    changes.assess(
        change, by=stage.cast.staff["Noor"], at=at, cost="Ongeveer vijf dagen bouwen en twee dagen testen.",
        risk="Raakt de schermen die iedereen gebruikt; terug te draaien met een instelling.", risk_level=risk_level,
        benefit="Scheelt elke gebruiker tijd bij ieder overleg.",
    )  # fmt: skip


def _honour(stage: Stage, change: Change, at: Any, risk_level: str) -> None:
    fatma = stage.cast.staff["Fatma"]
    _assess(stage, change, at, risk_level)
    changes.approve(change, by=fatma, at=at)
    changes.honour(change, by=fatma, at=at)


def _document(name: str) -> Any:
    text = "1. Open de patiënt. 2. Kies Aanmelden voor vervolg. 3. Controleer en verstuur.\n".encode()
    return UploadedFile(file=ContentFile(text), name=name, size=len(text))
