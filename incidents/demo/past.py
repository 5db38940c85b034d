"""Scenes of the past months that are not ordinary: outages, alerts, duplicates, breaches, splits."""

from __future__ import annotations

from incidents import actions
from incidents.actions import Report
from incidents.demo.stage import Scene, Stage
from incidents.demo.telling import HOST, MINUTE, alarm, by_portal, told, user
from incidents.models import Channel, Kind


def outage(stage: Stage, days: int) -> Scene:
    """A P1 that three contractants phone in about; the duplicates point to the one that monitoring made."""
    joost, noor = stage.cast.staff["Joost"], stage.cast.staff["Noor"]
    at = stage.workdays_ago(days, "07:42")
    yield at
    main = alarm(
        stage, at, "trigger", "mdo-web/login", "Inloggen op de Dienst MDO mislukt", "mdo-web", errors=212
    )
    assert main is not None
    for n in range(1, 5):
        yield at + n * MINUTE
        alarm(
            stage, at + n * MINUTE, "trigger", "mdo-web/login", "Inloggen op de Dienst MDO mislukt", "mdo-web"
        )
    yield (at := at + 9 * MINUTE)
    actions.pick_up(main, by=joost, at=at, contacted=False)
    actions.note(
        main,
        by=joost,
        at=at,
        body="Aanmeldserver geeft time-outs naar de identiteitsvoorziening. Hosting gebeld.",
    )
    yield (at := at + 6 * MINUTE)
    actions.wait_for_chain(main, by=joost, at=at, party=HOST, reference="HST-20817",
                           question="Netwerkpad naar de identiteitsvoorziening controleren, alles ligt stil.")  # fmt: skip
    reports = []
    for n, name in enumerate(["Hanneke Bos", "Gerard Postma", "Yvonne Schaap"]):
        yield (at := at + (3 + 2 * n) * MINUTE)
        report = told(stage, name, "mdo", "Niemand kan inloggen", "Bij ons kan niemand meer inloggen op het MDO.",
                      received=at, channel=Channel.PHONE, weight="large/high", affected_users=40, expected_priority=1)  # fmt: skip
        reports.append(actions.register(report, by=joost, at=at, contacted=True))
    for melding in reports:
        yield (at := at + 2 * MINUTE)
        actions.pick_up(melding, by=joost, at=at)
        yield (at := at + MINUTE)
        actions.mark_duplicate(melding, by=joost, at=at, other=main)
    yield (at := at + 12 * MINUTE)
    actions.contacted(main, by=joost, at=at)
    actions.note(main, by=joost, at=at, body="Hoofdcontactpersonen gesproken; zij informeren hun deelnemers.")
    yield (at := at + 38 * MINUTE)
    alarm(stage, at, "resolve", "mdo-web/login", "Inloggen op de Dienst MDO mislukt", "mdo-web")
    yield (at := at + 21 * MINUTE)
    actions.resume(main, by=noor, at=at)
    yield (at := at + MINUTE)
    actions.resolve(
        main,
        by=noor,
        at=at,
        solution="De hostingpartij heeft een defecte netwerkcomponent vervangen. Inloggen werkt sinds die tijd zonder fouten. Het rapport over de oorzaak volgt.",
    )
    yield (at := stage.office.add(at, 12 * 3600))
    actions.close(main, by=noor, at=at)


def confidentiality(stage: Stage, days: int) -> Scene:
    """A breach of confidentiality is always priority 1, and handed over by phone (SLA 7.4, 9.2)."""
    sam = stage.cast.staff["Sam"]
    at = stage.workdays_ago(days, "10:12")
    yield at
    report = told(stage, "Wei Ling Tan", "mdo", "Deelnemer ziet overleg van een ander ziekenhuis",
                  "Een deelnemer die vorige maand is vertrokken, ziet nog de agenda van ons overleg. Er zijn geen dossiers geopend, voor zover wij kunnen zien.",
                  received=at, weight="small/medium", affected_users=1, breach_of_confidentiality=True, expected_priority=1)  # fmt: skip
    melding = by_portal(stage, "Wei Ling Tan", report)
    yield (at := at + 8 * MINUTE)
    actions.hand_over(melding, by=sam, at=at)
    yield (at := at + MINUTE)
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    yield (at := at + 22 * MINUTE)
    actions.note(
        melding,
        by=sam,
        at=at,
        body="Toegang direct ingetrokken. Logging nagekeken: alleen de agenda is bekeken, geen dossier. Productmanager ingelicht voor de beoordeling.",
    )
    yield (at := at + 70 * MINUTE)
    actions.resolve(
        melding,
        by=sam,
        at=at,
        solution="De toegang is ingetrokken. Uit de logging blijkt dat alleen de agenda is bekeken. U ontvangt vandaag het verslag van onze beoordeling, zodat u zelf kunt bepalen of melding nodig is.",
    )
    yield (at := stage.office.add(at, 5 * 3600))
    actions.accept(melding, by=user(stage, "Wei Ling Tan"), at=at)


def merged(stage: Stage, days: int) -> Scene:
    """The same trouble reported twice by one contractant: merged, every word kept."""
    achmed = stage.cast.staff["Achmed"]
    at = stage.workdays_ago(days, "09:20")
    yield at
    first = by_portal(stage, "Lotte Visser", told(stage, "Lotte Visser", "link",
        "Aanmeldingen van gisteravond ontbreken", "De aanmeldingen van na 18.00 uur staan niet in het overleg van vanmiddag.",
        received=at, weight="medium/high", expected_priority=2))  # fmt: skip
    yield (at := at + 26 * MINUTE)
    actions.pick_up(first, by=achmed, at=at, contacted=True)
    yield (at := at + 12 * MINUTE)
    second = by_portal(stage, "Nadia Karimi", told(stage, "Nadia Karimi", "link", "Lege agenda vanmiddag",
        "De agenda van het MDO is grotendeels leeg. Volgens mij missen we alles van gisteravond.",
        received=at, weight="medium/high", expected_priority=2))  # fmt: skip
    yield (at := at + 15 * MINUTE)
    actions.merge(second, by=achmed, at=at, into=first)
    yield (at := at + 50 * MINUTE)
    actions.resolve(
        first,
        by=achmed,
        at=at,
        solution="De koppeling heeft tussen 18.00 en 22.40 uur stilgestaan door onderhoud aan het EPD. Alle aanmeldingen zijn alsnog verwerkt.",
    )
    yield (at := stage.office.add(at, 3 * 3600))
    actions.accept(first, by=user(stage, "Lotte Visser"), at=at)


def two_in_one(stage: Stage, days: int) -> Scene:
    """One Melding that turns out to hold two: split, so that each has its own clocks."""
    noor = stage.cast.staff["Noor"]
    at = stage.workdays_ago(days, "13:05")
    yield at
    melding = by_portal(stage, "Thijs Wolters", told(stage, "Thijs Wolters", "mdo", "Beelden traag en herinneringen te laat",
        "Beelden openen traag in ons overleg. Zie ook mijn tweede bericht.", received=at, weight="medium/medium"))  # fmt: skip
    yield (at := at + 4 * MINUTE)
    extra = actions.reply(
        melding,
        by=user(stage, "Thijs Wolters"),
        at=at,
        body="En los daarvan: herinneringen komen pas aan als het overleg al is begonnen.",
    )
    yield (at := stage.office.add(at, 4000))
    actions.pick_up(melding, by=noor, at=at, contacted=True)
    yield (at := at + MINUTE)
    part = actions.split(
        melding, by=noor, at=at, messages=[extra.pk], subject="Herinneringen komen te laat aan"
    )
    yield (at := stage.office.add(at, 2 * 3600))
    actions.pick_up(part, by=noor, at=at, contacted=True)
    yield (at := stage.office.add(at, 9 * 3600))
    actions.resolve(
        part,
        by=noor,
        at=at,
        solution="De herinneringen werden verzonden volgens een oud schema. Ze gaan weer een dag vooraf uit.",
    )
    yield (at := stage.office.add(at, 12 * 3600))
    actions.resolve(melding, by=noor, at=at, solution="Beelden worden voor dit overleg nu vooraf klaargezet.")
    yield (at := stage.office.add(at, 2 * 3600))
    actions.accept(part, by=user(stage, "Thijs Wolters"), at=at)
    yield (at := at + MINUTE)
    actions.accept(melding, by=user(stage, "Thijs Wolters"), at=at)


def cancelled(stage: Stage, days: int, name: str, subject: str, text: str, reason: str) -> Scene:
    sam = stage.cast.staff["Sam"]
    at = stage.workdays_ago(days, "11:15")
    yield at
    melding = by_portal(
        stage, name, told(stage, name, "mdo", subject, text, received=at, weight="small/medium")
    )
    yield (at := stage.office.add(at, 2400))
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    yield (at := stage.office.add(at, 1500))
    actions.cancel(melding, by=sam, at=at, reason=reason)


def became_change(stage: Stage, days: int) -> Scene:
    """What was reported as an incident is a wish: converted, with the targets of a change (SLA 10.3)."""
    noor = stage.cast.staff["Noor"]
    at = stage.workdays_ago(days, "14:30")
    yield at
    melding = by_portal(stage, "Ineke Dijkgraaf", told(stage, "Ineke Dijkgraaf", "mdo", "Geen totaal onder de lijst",
        "Onder de lijst met besproken patiënten staat geen totaal. Wij tellen het nu met de hand.", received=at, weight="medium/low"))  # fmt: skip
    yield (at := stage.office.add(at, 3600))
    actions.pick_up(melding, by=noor, at=at, contacted=True)
    yield (at := at + MINUTE)
    actions.convert(
        melding,
        by=noor,
        at=at,
        kind=Kind.CHANGE,
        reason="Het totaal heeft er nooit gestaan; het is een wens. Zo met de melder besproken.",
    )
    yield (at := at + 3 * MINUTE)
    actions.complete(melding, by=noor, at=at, facts={"goal": "Aantallen direct zien, zonder natellen."})
    yield (at := stage.office.add(at, 9000))
    actions.agree_date(melding, by=noor, at=at, due=stage.office.add_working_days(at, 30))


def reopened(stage: Stage, days: int) -> Scene:
    """Solved, but not quite; solved once more and accepted."""
    sam = stage.cast.staff["Sam"]
    name, at = ("Samira Bouzid", stage.workdays_ago(days, "10:40"))
    yield at
    melding = by_portal(stage, name, told(stage, name, "mdo", "Verslag wordt dubbel verstuurd naar de huisarts",
        "Huisartsen melden dat zij het verslag van het overleg twee keer ontvangen.", received=at, weight="medium/medium",
        first_seen_action="Verslag vaststellen", affected_users=12))  # fmt: skip
    yield (at := stage.office.add(at, 3000))
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    yield (at := stage.office.add(at, 5 * 3600))
    actions.resolve(
        melding,
        by=sam,
        at=at,
        solution="De verzendlijst bevatte de praktijk twee keer. Eén daarvan is verwijderd.",
    )
    yield (at := stage.office.add(at, 5 * 3600))
    actions.reopen(
        melding,
        by=user(stage, name),
        at=at,
        reason="Vandaag kwamen er toch weer twee dubbele verslagen binnen, nu bij een andere praktijk.",
    )
    yield (at := stage.office.add(at, 2000))
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    yield (at := at + 20 * MINUTE)
    actions.note(
        melding,
        by=sam,
        at=at,
        body="Andere praktijk heeft hetzelfde. Vermoeden: import van het zorgverlenersbestand maakt dubbele regels.",
    )
    yield (at := stage.office.add(at, 4 * 3600))
    actions.resolve(
        melding,
        by=sam,
        at=at,
        solution="Alle dubbele regels uit de import zijn opgeruimd en de import weigert ze voortaan.",
    )
    yield (at := stage.office.add(at, 3 * 3600))
    actions.accept(melding, by=user(stage, name), at=at)


def workaround(stage: Stage, days: int) -> Scene:
    """Solved for now; what remains gets a Melding of its own with a lower priority (SLA 9.3)."""
    achmed, fatma = stage.cast.staff["Achmed"], stage.cast.staff["Fatma"]
    at = stage.workdays_ago(days, "08:55")
    yield at
    melding = by_portal(stage, "Pieter Hoekstra", told(stage, "Pieter Hoekstra", "mdo", "Verslagen kunnen niet worden vastgesteld",
        "Niemand van onze afdeling kan verslagen vaststellen. De knop geeft een foutmelding.", received=at,
        weight="medium/high", affected_users=14, expected_priority=2, images_masked=True), ("foutmelding.png",))  # fmt: skip
    yield (at := stage.office.add(at, 1500))
    actions.pick_up(melding, by=achmed, at=at, contacted=True)
    yield (at := stage.office.add(at, 4800))
    actions.resolve(
        melding,
        by=achmed,
        at=at,
        workaround=True,
        solution="Verslagen kunnen worden vastgesteld via het menu “Meer”. De knop zelf herstellen we in een vervolgmelding.",
    )
    yield (at := stage.office.add(at, 1200))
    rest = actions.follow_up(melding, by=achmed, at=at, subject="Knop “vaststellen” geeft een foutmelding",
                             description="Oorzaak herstellen van de foutmelding bij de knop “vaststellen”. Werkwijze tot die tijd: menu “Meer”, “Vaststellen”.", priority=3)  # fmt: skip
    yield (at := stage.office.add(at, 3600))
    actions.pick_up(rest, by=achmed, at=at, contacted=True)
    yield (at := at + 2 * MINUTE)
    actions.assign(rest, by=achmed, at=at, assignee=fatma)
    yield (at := at + 50 * MINUTE)
    actions.note(
        rest,
        by=fatma,
        at=at,
        body="Ingepland bij ontwikkeling; oplossing gaat mee met de eerstvolgende update.",
    )


def found_by_supplier(stage: Stage, days: int) -> Scene:
    """A P1 that the supplier sees first: every affected hoofdcontactpersoon is e-mailed at once (SLA 9.1)."""
    sam = stage.cast.staff["Sam"]
    at = stage.workdays_ago(days, "11:05")
    yield at
    found = Report(
        kind=Kind.INCIDENT, channel=Channel.SUPPLIER, subject="Video in overleggen valt weg na update van de mediaservers",
        description="Bij de nacontrole van de update zien we dat nieuwe videosessies na een minuut wegvallen.",
        service=stage.cast.services["mdo"], impact="large", urgency="high", affected_users=300, reproducible="yes",
        expected_priority=1, first_seen_at=at - 12 * MINUTE, first_seen_action="Nacontrole van de update",
    )  # fmt: skip
    melding = actions.register(found, by=sam, at=at, contacted=True)
    yield (at := at + 3 * MINUTE)
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    yield (at := at + 47 * MINUTE)
    actions.resolve(
        melding, by=sam, at=at, solution="De update is teruggedraaid. Nieuwe videosessies blijven staan; de update volgt na een extra test."
    )  # fmt: skip
    yield (at := stage.office.add(at, 9 * 3600))
    actions.close(melding, by=sam, at=at)


def flapping(stage: Stage, days: int) -> Scene:
    """An alarm that recovers, comes back and recovers: one Melding, whose clock stands still while it works."""
    sam, key = stage.cast.staff["Sam"], "vitaly-db/replication"
    text = "Replicatie van de database loopt achter"
    at = stage.workdays_ago(days, "12:10")
    yield at
    melding = alarm(stage, at, "trigger", key, text, "vitaly-db", "error", seconds_behind=340)
    assert melding is not None
    yield (at := at + 35 * MINUTE)
    actions.pick_up(melding, by=sam, at=at, contacted=True)
    for action, minutes in [("resolve", 22), ("trigger", 48), ("resolve", 31)]:
        yield (at := at + minutes * MINUTE)
        alarm(stage, at, action, key, text, "vitaly-db", "error")
    yield (at := at + 25 * MINUTE)
    actions.resolve(
        melding,
        by=sam,
        at=at,
        solution="Een zware rapportage hield de replicatie op. Die draait nu ’s nachts; de achterstand is sindsdien nul.",
    )
    yield (at := stage.office.add(at, 10 * 3600))
    actions.close(melding, by=sam, at=at)


def scenes(stage: Stage) -> list[Scene]:
    return [
        outage(stage, 44), confidentiality(stage, 31), merged(stage, 27), two_in_one(stage, 38), became_change(stage, 16),
        reopened(stage, 52), workaround(stage, 7), found_by_supplier(stage, 66), flapping(stage, 20),
        cancelled(stage, 55, "Daan Kroon", "Overleg van vanmiddag is verdwenen", "Het overleg van vanmiddag staat niet meer in de agenda.",
                  "De melder heeft het gevonden: het overleg was door een collega verplaatst."),
        cancelled(stage, 12, "Samira Bouzid", "Geluid werkt niet op mijn werkplek", "Ik hoor de andere deelnemers niet.",
                  "Het lag aan de koptelefoon; de melder heeft een andere."),
    ]  # fmt: skip
