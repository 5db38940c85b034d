"""A worklist with something of everything, for pages that are looked at. Everybody in it is fictional."""

from __future__ import annotations

from datetime import UTC, datetime

from desk.models import User
from incidents import actions
from incidents.actions import monitoring
from incidents.actions.monitoring import RESOLVE, TRIGGER, MonitoringEvent
from incidents.models import AlertRule, Channel, Kind, Level, Melding, Relation, Urgency
from tests import factories

# A Thursday: 10:11 in Amsterdam (summer time).
NOW = datetime(2026, 6, 18, 8, 11, tzinfo=UTC)


def day(number: int, hour: int, minute: int = 0) -> datetime:
    """A moment in that June, in UTC."""
    return datetime(2026, 6, number, hour, minute, tzinfo=UTC)


def build(agent: User) -> dict[str, Melding]:
    """Meldingen by name: alarm, busy, late, chain, question, solved, paused."""
    other = factories.staff(name="Jip Boer", email="jip@desk.example")
    link = factories.ServiceFactory.create(slug="koppeling-xis", name="Koppeling XIS")
    mdo = factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")
    linde = factories.ContractantFactory.create(name="Ziekenhuis De Linde")
    noor = factories.contact(
        contractant=linde, user__name="Noor Verhagen", user__email="noor@delinde.example"
    )
    veluwe = factories.contact(contractant__name="Huisartsenzorg Veluwe", user__name="Wil Oever")
    duinrand = factories.contact(contractant__name="Kliniek Duinrand", user__name="Ans Wester")
    factories.ContractFactory.create(
        contractant=duinrand.contractant, service=mdo, policy=factories.policy("intramed")
    )
    made = {}
    made["alarm"] = factories.registered(
        at=day(18, 7, 52), subject="Dienst MDO onbereikbaar", channel=Channel.PORTAL, contact=noor, service=mdo,
        impact=Level.LARGE, urgency=Urgency.HIGH, expected_priority=1,
    )  # fmt: skip
    busy = made["busy"] = factories.registered(
        at=day(16, 13, 4), subject="Verslag komt niet terug in EPD", channel=Channel.PORTAL, contact=noor, service=link,
        by=noor.user, impact=Level.MEDIUM, urgency=Urgency.HIGH, reproducible="",
        description="Sinds vanochtend staat het verslag wel in de dienst, maar niet in ons EPD.\n\nOpnieuw versturen helpt niet.",
    )  # fmt: skip
    actions.pick_up(busy, by=agent, at=day(16, 14, 16), contacted=True)
    actions.reply(
        busy,
        by=agent,
        at=day(16, 14, 31),
        body="Dank voor de melding. Wij zien dat het bericht wordt geweigerd.",
    )
    actions.note(
        busy,
        by=agent,
        at=day(16, 14, 40),
        body="Zelfde foutcode als vorige week: afzender opnieuw registreren.",
    )
    late = made["late"] = factories.registered(
        at=day(15, 9, 0), subject="Verslag komt dubbel terug in EPD", contact=noor, service=link, by=other, contacted=True,
        impact=Level.MEDIUM, urgency=Urgency.HIGH,
    )  # fmt: skip
    actions.pick_up(late, by=other, at=day(15, 9, 20), contacted=True)
    chain = made["chain"] = factories.registered(
        at=day(12, 8, 15), subject="Beelden traag bij openen dossier", contact=veluwe, service=mdo, by=agent,
        impact=Level.MEDIUM, urgency=Urgency.MEDIUM, contacted=True,
    )  # fmt: skip
    actions.pick_up(chain, by=agent, at=day(12, 9), contacted=True)
    actions.wait_for_chain(
        chain, by=agent, at=day(12, 10), party="Netwerkbeheer Noord", question="Waarom is de lijn traag?"
    )
    question = made["question"] = factories.registered(
        at=day(18, 7, 30), subject="Hoe voeg ik een deelnemer toe?", kind=Kind.QUESTION, contact=veluwe, service=mdo,
        impact="", urgency="", by=agent, contacted=True,
    )  # fmt: skip
    actions.pick_up(question, by=agent, at=day(18, 7, 50), contacted=True)
    paused = made["paused"] = factories.registered(
        at=day(17, 11, 4), subject="Voorzitter kan vergadering niet afsluiten", contact=duinrand, service=mdo, by=agent,
        contacted=True, impact=Level.MEDIUM, urgency=Urgency.HIGH,
    )  # fmt: skip
    actions.pick_up(paused, by=agent, at=day(17, 11, 30), contacted=True)
    actions.wait_for_contractant(paused, by=agent, at=day(17, 13), question="Welke browser gebruikt u?")
    solved = made["solved"] = factories.registered(
        at=day(11, 8, 0), subject="Uitnodiging komt niet aan", contact=noor, service=mdo, by=agent, contacted=True,
        impact=Level.SMALL, urgency=Urgency.HIGH,
    )  # fmt: skip
    actions.pick_up(solved, by=agent, at=day(11, 8, 30), contacted=True)
    actions.resolve(
        solved, by=agent, at=day(12, 9, 0), solution="Het adres stond op de blokkeerlijst.", workaround=True
    )
    actions.relate(late, by=other, at=day(16, 8), other=busy, kind=Relation.Kind.CHILD)
    return made


def alarms() -> Melding:
    """Three alarms of one cause, one of which has recovered."""
    AlertRule.objects.create(order=0, name="Alles", priority=2, group_by="cause")
    source, told = factories.machine(name="Alertmanager"), {"cause": "switch-7"}
    began = [
        MonitoringEvent(TRIGGER, f"web{n}", f"Dienst op web{n} antwoordt niet", labels=told) for n in range(3)
    ]
    _row, (melding,) = monitoring.take(began, raw="{}", by=source, at=day(18, 7, 40))
    monitoring.take([MonitoringEvent(RESOLVE, "web0")], raw="{}", by=source, at=day(18, 8))
    return melding
