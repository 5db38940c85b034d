"""What is open on the desk today, so that every state and every view has something to show."""

from __future__ import annotations

from dataclasses import replace

from incidents import actions
from incidents.actions import Report
from incidents.demo.stage import Scene, Stage
from incidents.demo.telling import HOUR, MINUTE, XIS, alarm, by_portal, mailed, told, user
from incidents.models import Channel, Kind, Relation


def unanswered_p1(stage: Stage) -> Scene:
    """Reported by the portal minutes ago; nobody has picked it up, and it still has to be phoned in."""
    at = stage.now - 13 * MINUTE
    yield at
    by_portal(stage, "Gerard Postma", told(stage, "Gerard Postma", "mdo", "Geen enkel overleg kan worden geopend",
        "Geen van onze afdelingen kan een overleg openen; het scherm blijft wit. Er staan zo meteen drie overleggen gepland.",
        received=at, weight="large/high", affected_users=45, expected_priority=1, images_masked=True), ("wit-scherm.png",))  # fmt: skip


def gateway_down(stage: Stage) -> Scene:
    """A P1 by monitoring that is being worked on, with the chain."""
    joost, key = stage.cast.staff["Joost"], "xis-gateway/queue"
    text = "Wachtrij van de XIS-koppeling loopt op (412 berichten)"
    at = stage.cover.add(stage.now, -95 * 60)
    yield at
    melding = alarm(stage, at, "trigger", key, text, "xis-gateway", queue=412, threshold=50)
    assert melding is not None
    yield (at := at + 7 * MINUTE)
    actions.pick_up(melding, by=joost, at=at, contacted=False)
    for n in range(11):
        yield at + (1 + n) * MINUTE
        alarm(stage, at + (1 + n) * MINUTE, "trigger", key, text, "xis-gateway", queue=412 + 61 * n)
    yield (at := at + 14 * MINUTE)
    actions.contacted(melding, by=joost, at=at)
    actions.note(
        melding, by=joost, at=at, body="Hoofdcontactpersonen gebeld. Aanmelden met de hand blijft mogelijk."
    )
    yield (at := at + 9 * MINUTE)
    actions.wait_for_chain(melding, by=joost, at=at, party=XIS, reference="INC-99213",
                           question="Uw endpoint antwoordt met 503. Kunt u het herstarten en de oorzaak laten weten? Graag elk half uur een stand van zaken.")  # fmt: skip


def late_and_waiting(stage: Stage) -> Scene:
    """Past its deadline, waiting for a chain party that was reminded; an answer by mail held a BSN (SLA 9.4)."""
    achmed = stage.cast.staff["Achmed"]
    at = stage.workdays_ago(4, "09:50")
    yield at
    melding = by_portal(stage, "Kofi Mensah", told(stage, "Kofi Mensah", "link", "Bestralingsplannen komen niet mee met de aanmelding",
        "Sinds de release van ons systeem ontbreekt het bestralingsplan bij elke aanmelding.", received=at,
        weight="medium/high", affected_users=9, expected_priority=2))  # fmt: skip
    yield (at := stage.office.add(at, 3100))
    actions.pick_up(melding, by=achmed, at=at, contacted=True)
    yield (at := stage.office.add(at, 5400))
    actions.wait_for_chain(melding, by=achmed, at=at, party=XIS, reference="CASE-5531",
                           question="Het plan staat sinds uw release niet meer in het bericht. Kan het segment worden hersteld?")  # fmt: skip
    yield (at := stage.office.add(at, 9 * 3600))
    actions.note(
        melding,
        by=achmed,
        at=at,
        body="XIS-leverancier gebeld: aanpassing is klaar, wacht op hun testteam. Morgen opnieuw bellen.",
    )
    yield (at := stage.workdays_ago(1, "11:20"))
    actions.reply(
        melding,
        by=achmed,
        at=at,
        body="We halen de streeftijd niet: de leverancier van uw systeem heeft de aanpassing klaar, maar nog niet getest. We bellen hen vandaag opnieuw en laten u voor het eind van de dag de stand weten.",
    )
    yield (at := stage.workdays_ago(1, "13:05"))
    mailed(
        stage,
        "Kofi Mensah",
        melding,
        at,
        "Dank. Bij BSN 123456782 is het vanochtend weer misgegaan.\n\nGroet, Kofi",
    )


def nearly_due(stage: Stage) -> Scene:
    """A P2 with most of its time used."""
    noor = stage.cast.staff["Noor"]
    at = stage.ago(hours=12.4)
    yield at
    melding = by_portal(stage, "Hanneke Bos", told(stage, "Hanneke Bos", "mdo", "Adviezen van het hoofd-hals-MDO ontbreken in het verslag",
        "In het verslag staan de besproken patiënten, maar de adviezen zijn leeg. Verwijzers bellen hierover.", received=at,
        weight="large/medium", affected_users=16, expected_priority=2))  # fmt: skip
    yield (at := stage.office.add(at, 2200))
    actions.pick_up(melding, by=noor, at=at, contacted=True)
    yield (at := stage.office.add(at, 6000))
    actions.note(
        melding,
        by=noor,
        at=at,
        body="Adviezen staan wel in de database. Sjabloon van het verslag verwijst naar een veld dat is hernoemd.",
    )
    yield (at := stage.ago(hours=1.2))
    actions.reply(
        melding,
        by=noor,
        at=at,
        body="De adviezen zijn niet verloren. Het sjabloon van het verslag wordt nu aangepast; daarna sturen we de verslagen opnieuw.",
    )


def paused(stage: Stage) -> Scene:
    """Under Intramed's terms, the clock stands still while the customer is asked something (VWO 1)."""
    sam = stage.cast.staff["Sam"]
    at = stage.ago(hours=9)
    yield at
    melding = by_portal(stage, "Jaylen Martina", told(stage, "Jaylen Martina", "intramed", "Facturen van oktober hebben een verkeerd tarief",
        "Bij een deel van de facturen staat nog het oude tarief. Het gaat om zo’n dertig facturen.", received=at,
        weight="medium/medium", affected_users=3, first_seen_action="Factureren"))  # fmt: skip
    yield (at := stage.office.add(at, 4000))
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    yield (at := stage.office.add(at, 3600))
    actions.wait_for_contractant(
        melding,
        by=sam,
        at=at,
        question="Kunt u van twee facturen het factuurnummer en de behandeldatum doorgeven? Dan zien we of het tarief bij de behandeling of bij de factuur is bepaald.",
    )


def waiting(stage: Stage) -> Scene:
    """Under the SLA of the Dienst MDO, waiting for an answer does not stop the clock."""
    noor = stage.cast.staff["Noor"]
    at = stage.workdays_ago(3, "15:10")
    yield at
    melding = by_portal(stage, "Daan Kroon", told(stage, "Daan Kroon", "mdo", "Deelnemer valt uit het overleg bij delen van het scherm",
        "Zodra één van onze radiologen het scherm deelt, valt de verbinding van die deelnemer weg.", received=at,
        weight="small/high", affected_users=1, first_seen_action="Scherm delen"))  # fmt: skip
    yield (at := stage.office.add(at, 5000))
    actions.pick_up(melding, by=noor, at=at, contacted=True)
    yield (at := stage.office.add(at, 2500))
    actions.wait_for_contractant(
        melding,
        by=noor,
        at=at,
        question="Gebeurt dit ook op een andere werkplek, en ook als alleen één venster wordt gedeeld?",
    )


def incomplete(stage: Stage) -> Scene:
    """By e-mail, without what SLA 9.4 asks for; waits to be picked up."""
    at = stage.ago(hours=2.5)
    yield at
    report = told(stage, "Stefan Nowak", "link", "Uitslagen komen soms niet door", "Af en toe komt een uitslag niet door in het overleg. Kunnen jullie kijken?",
                  received=at, channel=Channel.EMAIL, affected_users=None, first_seen_at=None, reproducible="", expected_priority=None,
                  first_seen_action="")  # fmt: skip
    yield (at := at + 25 * MINUTE)
    actions.register(report, by=stage.cast.staff["Sam"], at=at, accept_missing=True)


def unknown_alarm(stage: Stage) -> Scene:
    """An alarm about something that no rule recognises still makes a Melding, marked."""
    at = stage.ago(hours=5.5)
    yield at
    alarm(
        stage,
        at,
        "trigger",
        "backup/verslagarchief",
        "Back-up van het verslagarchief duurt langer dan 4 uur",
        "archive-backup",
        "warning",
    )


def fresh_portal(stage: Stage) -> Scene:
    """New this very hour."""
    at = stage.now - 41 * MINUTE
    yield at
    by_portal(stage, "Els Timmer", told(stage, "Els Timmer", "mdo", "Kunnen we het overleg van volgende week een uur vervroegen?",
        "We willen het regionale overleg van volgende week een uur vervroegen. Kan dat met behoud van alle aanmeldingen?",
        received=at, kind=Kind.QUESTION, expected_priority=None))  # fmt: skip


def open_changes(stage: Stage) -> Scene:
    """One wish with an agreed date, one that still waits for one."""
    fatma = stage.cast.staff["Fatma"]
    at = stage.workdays_ago(9, "11:30")
    yield at
    first = by_portal(stage, "Bram Elzinga", told(stage, "Bram Elzinga", "mdo", "Tweede voorzitter per overleg",
        "Graag naast de voorzitter een tweede voorzitter met dezelfde rechten.", received=at, kind=Kind.CHANGE,
        goal="Het overleg gaat door als de voorzitter verhinderd is.", examples="Zoals nu bij de notulist.", expected_priority=None))  # fmt: skip
    yield (at := stage.office.add(at, 3 * 3600))
    actions.pick_up(first, by=fatma, at=at, contacted=True)
    yield (at := stage.office.add(at, 10 * 3600))
    actions.agree_date(first, by=fatma, at=at, due=stage.office.add_working_days(stage.now, 14))
    yield (at := at + 5 * MINUTE)
    actions.reply(
        first,
        by=fatma,
        at=at,
        body="We nemen dit op in de release van volgende maand. U ziet de afgesproken datum bij deze melding.",
    )
    yield (at := stage.workdays_ago(3, "09:35"))
    second = by_portal(stage, "Yvonne Schaap", told(stage, "Yvonne Schaap", "link", "Aanmelden vanuit ons planningssysteem",
        "We willen rechtstreeks vanuit ons planningssysteem kunnen aanmelden.", received=at, kind=Kind.CHANGE,
        goal="Eén keer invoeren in plaats van twee keer.", expected_priority=None))  # fmt: skip
    yield (at := stage.office.add(at, 5 * 3600))
    actions.pick_up(second, by=fatma, at=at, contacted=True)
    yield (at := at + 10 * MINUTE)
    actions.note(
        second,
        by=fatma,
        at=at,
        body="Impactbeoordeling gevraagd aan ontwikkeling. Datum volgt na hun planning van donderdag.",
    )


def just_solved(stage: Stage) -> Scene:
    """Solved today; the contact has yet to accept it."""
    achmed = stage.cast.staff["Achmed"]
    at = stage.ago(hours=6)
    yield at
    melding = by_portal(stage, "Lotte Visser", told(stage, "Lotte Visser", "platform", "Startscherm toont oude overleggen",
        "Op het startscherm staan nog overleggen van vorige maand bovenaan.", received=at, weight="medium/low",
        expected_priority=4, first_seen_action="Inloggen"))  # fmt: skip
    yield (at := stage.office.add(at, 2600))
    actions.pick_up(melding, by=achmed, at=at, contacted=True)
    yield (at := stage.ago(hours=1.5))
    actions.resolve(
        melding,
        by=achmed,
        at=at,
        solution="De lijst op het startscherm is nu op datum gesorteerd, met het eerstvolgende overleg bovenaan.",
    )
    yield (at := stage.ago(hours=0.6))
    mailed(stage, "Lotte Visser", melding, at, "Dank u wel, het staat nu goed.\n\nGroet, Lotte")


def back_again(stage: Stage) -> Scene:
    """Solved yesterday, reopened within the hour; nobody has taken it up again."""
    noor = stage.cast.staff["Noor"]
    at = stage.workdays_ago(3, "10:40")
    yield at
    melding = by_portal(stage, "Samira Bouzid", told(stage, "Samira Bouzid", "link", "Behandelaar ontbreekt bij spoedaanmeldingen",
        "Bij spoedaanmeldingen vanuit het EPD is de behandelaar leeg. Gewone aanmeldingen gaan goed.", received=at,
        weight="medium/medium", first_seen_action="Spoedaanmelding openen", affected_users=6))  # fmt: skip
    yield (at := stage.office.add(at, 3000))
    actions.pick_up(melding, by=noor, at=at, contacted=True)
    yield (at := stage.office.add(at, 5 * 3600))
    actions.resolve(
        melding, by=noor, at=at, solution="Spoedaanmeldingen gebruiken een ander veld voor de behandelaar. Dat veld wordt nu ook gelezen."
    )  # fmt: skip
    yield (at := max(at, stage.ago(hours=0.8)))
    actions.reopen(
        melding, by=user(stage, "Samira Bouzid"), at=at,
        reason="Overdag gaat het goed, maar bij de aanmeldingen van de avonddienst is het veld nog steeds leeg.",
    )  # fmt: skip


def part_of_bigger(stage: Stage) -> Scene:
    """Escalated in priority by the agent, and part of the Melding about the same cause."""
    sam = stage.cast.staff["Sam"]
    at = stage.workdays_ago(2, "10:05")
    yield at
    report = told(stage, "Nadia Karimi", "mdo", "Herinneringen worden niet verstuurd", "Deelnemers van de polikliniek krijgen geen herinnering meer.",
                  received=at, weight="small/medium", expected_priority=2, affected_users=5, first_seen_action="Herinnering ontvangen")  # fmt: skip
    melding = by_portal(stage, "Nadia Karimi", report)
    yield (at := stage.office.add(at, 4200))
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    yield (at := at + 4 * MINUTE)
    actions.set_priority(melding, by=sam, at=at, impact="medium", urgency="medium",
                         reason="Het gaat om alle deelnemers van de polikliniek, niet om enkele. Zo met de melder afgesproken.")  # fmt: skip
    yield (at := stage.office.add(at, 3 * 3600))
    other = by_portal(stage, "Bram Elzinga", replace(report, contact=stage.cast.contacts["Bram Elzinga"], received_at=at, reporter_name="Bram Elzinga",
        reporter_email=user(stage, "Bram Elzinga").email, subject="Geen herinneringen voor het regionale overleg", description="Ook voor het regionale overleg komen geen herinneringen aan."))  # fmt: skip
    yield (at := at + 12 * MINUTE)
    actions.relate(other, by=sam, at=at, other=melding, kind=Relation.Kind.CHILD)


def unconfirmed(stage: Stage) -> Scene:
    """A visitor filled in the form and has not clicked the link yet."""
    at = stage.now - 3 * HOUR
    yield at
    actions.submit(Report(
        kind=Kind.QUESTION, channel=Channel.WEB, subject="Hoe krijg ik toegang tot het MDO?",
        description="Ik begin volgende week als verpleegkundig specialist. Hoe vraag ik toegang aan?",
        reporter_name="Femke Jonker", reporter_email="f.jonker@merenziekenhuis.example", service=stage.cast.services["mdo"],
    ), at=at)  # fmt: skip


def scenes(stage: Stage) -> list[Scene]:
    plays = [
        unanswered_p1, gateway_down, late_and_waiting, nearly_due, paused, waiting, incomplete, unknown_alarm,
        fresh_portal, open_changes, just_solved, back_again, part_of_bigger, unconfirmed,
    ]  # fmt: skip
    return [play(stage) for play in plays]
