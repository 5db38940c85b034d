"""Two contractants with something in every corner, who share an Incident, a Dienst, a Release and a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from changes.actions import change as changes
from changes.actions import release as releases
from changes.actions import request as requests
from changes.actions.usage import record_use
from changes.models import Release
from complaints import actions as complaints
from complaints.actions import Received
from complaints.models import About
from contractants import actions as contractants
from contractants.models import Contact, Contractant, Partnership, Service
from desk.mail import intake
from desk.models import Event, Notice, User, WebhookEndpoint
from desk.permissions import Role
from domain.months import Month
from incidents import actions
from incidents.actions import mail
from incidents.models import Channel, Melding, Relation, StructuralFailure, StructuralTalk
from problems.models import Problem, ProblemUse, TrendMonth
from problems.trends.actions import store
from reports.models import Unavailability, WhatIf
from reports.monthly import actions as reports
from reports.whatif.alteration import Alteration
from reports.whatif.running import answer
from tests import factories
from tests.factories import MOMENT


@dataclass
class Desk:
    """Those of the supplier, and what both contractants use."""

    agent: User
    product: User
    levels: User
    service: Service
    partnership: Partnership
    release: Release
    storm: Melding


@dataclass
class Planted:
    contractant: Contractant
    main: Contact
    melding: Melding
    words: list[str]  # that stand in its data and nowhere else


def hours(number: float) -> datetime:
    return MOMENT + timedelta(hours=number)


def desk() -> Desk:
    factories.load_policies()
    agent, product = (
        factories.staff(name="Sam de Vries"),
        factories.staff(Role.PRODUCT_MANAGER, name="Fatma Yıldız"),
    )
    levels = factories.staff(Role.SERVICE_LEVEL_MANAGER, name="Marieke van Dalen")
    service = factories.ServiceFactory.create(slug="dienst-mdo", name="Dienst MDO")
    release = releases.register(
        by=product, name="8.2", planned_on=MOMENT.date(), kind="release", service=service, at=hours(-48)
    )
    releases.introduce(release, by=product, at=hours(-48), introduction="Sneller zoeken.")
    releases.freeze(release, by=product, at=hours(-24))
    releases.publish(release, by=product, at=hours(-24))
    storm = factories.registered(
        by=agent, channel=Channel.SUPPLIER, subject="Dienst MDO onbereikbaar voor velen", service=service,
        priority=1, reporter_name="", reporter_email="",
    )  # fmt: skip
    factories.registered(by=agent, at=hours(-24 * 40), service=service, reporter_name="", reporter_email="")
    partnership = Partnership.objects.create(name="Oncologienetwerk Merenland", region="Merenland")
    return Desk(agent, product, levels, service, partnership, release, storm)


def plant(of: Desk, word: str) -> Planted:
    """A contractant of whom `word` stands in every text."""
    main = factories.contact(
        role=Contact.Role.MAIN, user__name=f"Hanneke {word}", user__email=f"hanneke@{word}.example",
        contractant__name=f"Ziekenhuis {word}", phone="030 012 01 99",
    )  # fmt: skip
    contractant = main.contractant
    contractant.partnerships.add(of.partnership)
    factories.ContractFactory.create(contractant=contractant, service=of.service)
    planted = Planted(contractant, main, _meldingen(of, main, word), [])
    _mail(of, planted, word)
    _others(of, planted, word)
    _reports(of, planted, word)
    planted.words = [
        contractant.name, main.user.name, main.user.email, f"Thijs {word}", f"overleg {word} opent niet", word,
    ]  # fmt: skip
    Notice.objects.filter(sent_at=None).update(
        sent_at=hours(60), subject=f"Bericht {word}", body=f"Tekst {word}"
    )
    return planted


def _meldingen(of: Desk, main: Contact, word: str) -> Melding:
    by = factories.staff(Role.ADMINISTRATOR)
    person = contractants.Person(name=f"Thijs {word}", email=f"thijs@{word}.example")
    thijs = contractants.register_contact(main.contractant, person, by=by, at=hours(-1))
    melding = factories.registered(
        contact=main, channel=Channel.PORTAL, service=of.service, subject=f"Het overleg {word} opent niet",
        description=f"Bij ons in {word} blijft het scherm leeg.", reporter_name=main.user.name,
        reporter_email=main.user.email, impact="large", urgency="high",
    )  # fmt: skip
    second = factories.registered(contact=thijs, service=of.service, subject=f"Nog eens {word}")
    actions.pick_up(melding, by=of.agent, at=hours(1), contacted=True)
    files: list[Any] = [SimpleUploadedFile(f"{word}.txt", f"inhoud {word}".encode())]
    actions.reply(melding, by=of.agent, at=hours(2), body=f"Beste {word}, wij kijken.", files=files)
    actions.note(melding, by=of.agent, at=hours(2), body=f"Notitie over {word}.")
    actions.reply(melding, by=main.user, at=hours(3), body=f"Dank, groet {word}.")
    actions.wait_for_chain(
        melding, by=of.agent, at=hours(4), party="Stroomnet", question=f"Wat is er bij {word}?"
    )
    actions.resume(melding, by=of.agent, at=hours(5))
    actions.escalate(melding, by=main.user, at=hours(6), reason="content", words=f"Schiet op voor {word}.")
    actions.resolve(melding, by=of.agent, at=hours(7), solution=f"Herstart bij {word}.", workaround=True)
    Relation.objects.create(melding=second, other=melding, kind=Relation.Kind.FOLLOW_UP)
    Relation.objects.create(melding=melding, other=of.storm, kind=Relation.Kind.CHILD)
    actions.note(of.storm, by=of.agent, at=hours(3), body=f"Ook Ziekenhuis {word} heeft last.")
    return melding


def _mail(of: Desk, planted: Planted, word: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = f"thijs@{word}.example", "support@desk.example"
    message["Subject"], message["Message-ID"] = f"Vraag van {word}", f"<1@{word}.example>"
    message.set_content(f"Wij van {word} hebben een vraag.")
    kept = intake.keep(message.as_bytes(), mailbox="support", at=hours(8))
    intake.process(kept, at=hours(8), handle=mail.take)
    WebhookEndpoint.objects.create(
        name=f"XIS van {word}", url=f"https://{word}.example/hook", party=planted.contractant.public_id
    )


def _others(of: Desk, planted: Planted, word: str) -> None:
    main, melding = planted.main, planted.melding
    complaint = complaints.register(
        Received(contact=main, about=About.OTHER, subject=f"Klacht {word}", description=f"{word} wacht al weken.",
                 meldingen=[melding]),
        by=main.user, at=hours(9), files=[SimpleUploadedFile(f"brief-{word}.txt", f"brief {word}".encode())],
    )  # fmt: skip
    complaints.assign(complaint, by=of.levels, at=hours(10), assignee=of.product)
    change = requests.register(
        requests.Request(subject=f"Wens van {word}", description=f"{word} wil kleur.", goal="Overzicht",
                         service=of.service, contact=main),
        by=main.user, at=hours(9),
    )  # fmt: skip
    changes.assess(
        change, by=of.agent, at=hours(10), cost="16 uur", risk="geen", risk_level="low", benefit="overzicht"
    )
    record_use(planted.contractant, of.release, by=of.agent, at=hours(10), since=MOMENT.date())
    talk, _new = StructuralTalk.objects.get_or_create(quarter=date(2026, 4, 1), service=of.service)
    failure = StructuralFailure.objects.create(
        contractant=planted.contractant, quarter=date(2026, 4, 1), ground="priority_1", detected_at=hours(11),
        number=f"S26-{planted.contractant.pk:05d}", talk=talk, request=f"Overleg graag, {word}",
    )  # fmt: skip
    failure.meldingen.add(melding)
    Event.objects.create(
        case_type="structural", case_id=failure.pk, verb="detect", at=hours(11), target="detected",
        data={"version": 1, "talk": talk.pk},
    )  # fmt: skip
    problem, _new = Problem.objects.get_or_create(
        number="P26-00001",
        defaults={"title": "Traag zoeken", "description": "Traag.", "service": of.service, "identified_at": MOMENT, "risk": 2},
    )  # fmt: skip
    problem.description += f" Ook bij Ziekenhuis {word}."
    problem.save()
    problem.meldingen.add(melding)
    ProblemUse.objects.create(problem=problem, melding=melding, by=of.agent, at=hours(7))
    Unavailability.objects.create(
        service=of.service, started_at=MOMENT, ended_at=hours(1), source="incident", melding=melding,
        recorded_by=of.agent, recorded_at=hours(8), evidence=f"Gezien bij Ziekenhuis {word}",
    )  # fmt: skip
    run = WhatIf.objects.create(
        asked_by=of.levels, asked_at=hours(12), period="2026-06", starts_at=factories.LONG_AGO, ends_at=hours(99),
        policy=melding.policy_version.policy, contractant=planted.contractant, alteration=Alteration().stored(),
    )  # fmt: skip
    answer(run, hours(12))


def _reports(of: Desk, planted: Planted, word: str) -> None:
    _publish(of, planted.contractant, f"Let op {word}.")


def publish_totals(of: Desk) -> Any:
    """The report over all contractants, and the trends of its month."""
    store(hours(24 * 20))
    assert TrendMonth.objects.exists()
    return _publish(of, None, "Samen.")


def _publish(of: Desk, contractant: Contractant | None, note: str) -> Any:
    at = hours(24 * 20)
    made = reports.make(Month(2026, 6), of.service, contractant, by=of.product, at=at)
    reports.note(made, by=of.product, at=at, body=note)
    reports.review(made, by=of.product, at=at)
    return reports.publish(made, by=of.levels, at=at)
