"""Problems of the demo, behind Meldingen of the demo: in several states, one of which is known and at hand today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidents.demo.stage import Scene, Stage
from incidents.demo.telling import HOUR, MINUTE, by_portal, told
from incidents.models import Melding
from problems import actions
from problems.models import Origin
from problems.trends.demo import stored

WAIT = "Wacht na opslaan op de groene vink voordat u de volgende patiënt opent; dan blijft het advies staan."


def scenes(stage: Stage) -> Iterator[Scene]:
    yield known_error(stage)
    yield new_today(stage)
    yield after_outage(stage)
    yield button(stage)
    yield unowned(stage)
    yield stored(stage)


def _about(words: str, before: datetime) -> list[Melding]:
    return list(
        Melding.objects.filter(subject__icontains=words, received_at__lt=before).order_by("received_at")
    )


def known_error(stage: Stage) -> Scene:
    """Analysed, a known error, made known, and used by a colleague since."""
    achmed, fatma, sam = (stage.cast.staff[name] for name in ("Achmed", "Fatma", "Sam"))
    yield (at := stage.workdays_ago(22, "11:10"))
    problem = actions.open_problem(
        by=achmed, at=at, title="Stemadvies verdwijnt na opslaan bij snel doorklikken", owner=achmed,
        description="Wie een advies opslaat en meteen de volgende patiënt opent, vindt later een leeg veld terug.",
        service=stage.cast.services["mdo"], likelihood="likely", impact="medium", workaround=WAIT,
        meldingen=_about("stemadvies verdwijnt", at), origin=Origin.INCIDENT,
    )  # fmt: skip
    yield (at := at + 26 * HOUR)
    actions.add_moment(
        problem,
        by=achmed,
        at=at,
        moment=at - 2 * HOUR,
        what="Nagebootst: bij doorklikken binnen een seconde breekt het opslaan af.",
    )
    actions.analyse(
        problem, by=achmed, at=at, cause="Het openen van de volgende patiënt breekt het lopende opslagverzoek af.",
        factors="Het scherm toont de bevestiging pas na ongeveer een seconde, en waarschuwt niet voor niet-opgeslagen werk.",
    )  # fmt: skip
    actions.add_action(
        problem,
        by=achmed,
        at=at,
        what="Opslaan afwachten voordat de volgende patiënt opent",
        who=fatma,
        due=(at + timedelta(days=45)).date(),
    )
    yield (at := at + 2 * HOUR)
    actions.confirm(problem, by=achmed, at=at, cause=problem.cause, workaround=WAIT)
    yield (at := at + HOUR)
    actions.publish(
        problem, by=fatma, at=at, public_title="Advies leeg na snel doorklikken",
        advice=f"Bij snel doorklikken kan een advies na opslaan leeg terugkomen. {WAIT} Wij verhelpen de oorzaak in een volgende update.",
    )  # fmt: skip
    yield (at := stage.workdays_ago(3, "10:35"))
    report = told(stage, "Lotte Visser", "mdo", "Ingevuld advies weg na opslaan", "Het advies dat ik opsloeg is leeg als ik de patiënt opnieuw open.",
                  received=at, weight="small/high", affected_users=2)  # fmt: skip
    melding = by_portal(stage, "Lotte Visser", report)
    yield (at := at + 20 * MINUTE)
    actions.apply(problem, by=sam, at=at, melding=melding)


def new_today(stage: Stage) -> Scene:
    """What the known error solves with one click."""
    yield (at := stage.now - 26 * MINUTE)
    report = told(stage, "Nadia Karimi", "mdo", "Advies is verdwenen na opslaan", "Na opslaan openen we de volgende patiënt; bij teruggaan is het advies leeg.",
                  received=at, weight="small/high", affected_users=3)  # fmt: skip
    by_portal(stage, "Nadia Karimi", report)


def after_outage(stage: Stage) -> Scene:
    """Behind a P1: with the course of events and what is done about it, on its way to the solution (SLA 13)."""
    noor, marieke = stage.cast.staff["Noor"], stage.cast.staff["Marieke"]
    outage = "Inloggen op de Dienst MDO mislukt"
    yield stage.workdays_ago(30, "14:00")
    behind = _about(outage, at := stage.workdays_ago(30, "14:00"))
    problem = actions.open_problem(
        by=noor, at=at, title="Inloggen hangt van één netwerkpad af", owner=marieke,
        description="Bij een storing in één netwerkcomponent van de hostingpartij kan niemand meer inloggen.",
        service=stage.cast.services["mdo"], likelihood="possible", impact="large", meldingen=behind,
    )  # fmt: skip
    yield (at := at + 20 * HOUR)
    if behind:
        began = behind[0].received_at
        actions.add_moment(
            problem, by=noor, at=at, moment=began, what="Monitoring ziet de eerste mislukte aanmeldingen."
        )
        actions.add_moment(
            problem,
            by=noor,
            at=at,
            moment=began + 15 * MINUTE,
            what="Hostingpartij gevraagd het netwerkpad te controleren.",
        )
    actions.analyse(
        problem, by=marieke, at=at, cause="Een netwerkcomponent naar de identiteitsvoorziening was defect; er was geen tweede pad.",
        factors="De omschakeling naar het reservepad was na de verhuizing niet opnieuw ingericht, en is sindsdien niet beproefd.",
    )  # fmt: skip
    actions.add_action(
        problem,
        by=marieke,
        at=at,
        what="Tweede netwerkpad laten inrichten",
        who=marieke,
        due=(at + timedelta(days=10)).date(),
    )
    actions.add_action(problem, by=marieke, at=at, what="Elk kwartaal omschakeling beproeven", who=noor)
    actions.plan_solution(
        problem,
        by=marieke,
        at=at + MINUTE,
        solution_kind="maintenance",
        solution_reference="Regulier onderhoud: tweede netwerkpad",
    )
    yield (at := stage.workdays_ago(12, "16:10"))
    actions.finish_action(problem, by=marieke, at=at, action=problem.actions.earliest("pk"))


def button(stage: Stage) -> Scene:
    """From last week's Incident that was solved with a workaround."""
    noor = stage.cast.staff["Noor"]
    yield (at := stage.workdays_ago(6, "09:20"))
    behind = [one for one in _about("verslagen kunnen niet worden vastgesteld", at) if one.has_workaround]
    problem = actions.open_problem(
        by=noor, at=at, title="Knop “Vaststellen” geeft een foutmelding", owner=noor, likelihood="likely", impact="medium",
        description="De knop “Vaststellen” op het verslag geeft een foutmelding; via het menu lukt het wel.",
        service=stage.cast.services["mdo"], meldingen=behind, origin=Origin.INCIDENT,
        workaround="Verslagen kunnen worden vastgesteld via het menu “Meer”, “Vaststellen”.",
    )  # fmt: skip
    yield (at := at + 50 * MINUTE)
    actions.find_workaround(problem, by=noor, at=at, workaround=problem.workaround)


def unowned(stage: Stage) -> Scene:
    """Just seen, and nobody's yet."""
    yield (at := stage.workdays_ago(1, "15:40"))
    actions.open_problem(
        by=stage.cast.staff["Sam"], at=at, title="Kopieerknop werkt niet in oudere browsers", likelihood="possible", impact="small",
        description="In browsers van meer dan een halfjaar oud doet de knop “verslag kopiëren” niets.",
        service=stage.cast.services["mdo"], meldingen=_about("verslag kopiëren", at),
    )  # fmt: skip
