"""Registers in the demo: two requests of data subjects, a sub-processor in use and one announced, a hold, and a night's work."""

from __future__ import annotations

from datetime import timedelta

from incidents.demo.stage import Scene, Stage
from incidents.models import Melding
from privacy.models import Objection
from privacy.registers import keeping
from privacy.requests import actions as requests
from privacy.requests.actions import Asked
from privacy.retention import holds, rules, running
from privacy.subprocessors import actions as subprocessors
from privacy.subprocessors.actions import Proposed


def scenes(stage: Stage) -> list[Scene]:
    rules.load()
    keeping.load(stage.now - timedelta(days=200))
    return [
        request_under_way(stage),
        request_new(stage),
        in_use(stage),
        announced(stage),
        held(stage),
        night(stage),
    ]


def request_under_way(stage: Stage) -> Scene:
    """Passed on; the controller has said what it needs."""
    hanneke, oscar, sam = (
        stage.cast.contacts["Hanneke Bos"],
        stage.cast.staff["Oscar"],
        stage.cast.staff["Sam"],
    )
    yield (at := stage.workdays_ago(6, "10:20"))
    asked = Asked(
        hanneke.contractant, "access", "letter", at - timedelta(hours=1), reference="brief 2026-117"
    )
    request = requests.register(asked, by=sam, at=at)
    yield (at := stage.workdays_ago(5, "09:05"))
    requests.pass_on(request, by=oscar, at=at)
    yield (at := stage.workdays_ago(3, "14:40"))
    requests.instruct(
        request, by=hanneke.user, at=at,
        instruction="Zoek of er meldingen zijn waarin deze persoon voorkomt, en stuur ons de nummers.",
    )  # fmt: skip


def request_new(stage: Stage) -> Scene:
    yield (at := stage.workdays_ago(1, "11:15"))
    lindewaard = stage.cast.contacts["Pieter Hoekstra"].contractant
    asked = Asked(lindewaard, "erasure", "phone", at, reference="cliëntnummer L-30418")
    requests.register(asked, by=stage.cast.staff["Noor"], at=at)


def in_use(stage: Stage) -> Scene:
    """Announced, objected to by one contractant, answered, and at work since."""
    oscar, gerard = stage.cast.staff["Oscar"], stage.cast.contacts["Gerard Postma"]
    yield (at := stage.workdays_ago(60, "09:30"))
    case = subprocessors.register(Proposed(
        "Rekenhuis Noord B.V.", "hosting van de databases", "alle gegevens in de desk, versleuteld", "Nederland",
        "VO-2025-14, met dezelfde verplichtingen als de onze",
    ), by=oscar, at=at)  # fmt: skip
    subprocessors.make_known(case, by=oscar, at=at)
    yield (at := stage.workdays_ago(58, "15:00"))
    subprocessors.object_to(
        case, by=gerard.user, at=at, reason="Wij willen weten of de gegevens in Nederland blijven."
    )
    yield (at := stage.workdays_ago(56, "10:10"))
    subprocessors.answer(
        case, by=oscar, at=at, objection=Objection.objects.get(subprocessor=case), honoured=False,
        answer="De gegevens staan in twee rekencentra in Nederland; dat is in de overeenkomst vastgelegd.",
    )  # fmt: skip
    yield (at := stage.workdays_ago(50, "09:00"))
    subprocessors.activate(case, by=oscar, at=at)


def announced(stage: Stage) -> Scene:
    """Objections are still possible, and there is one to answer."""
    oscar, pieter = stage.cast.staff["Oscar"], stage.cast.contacts["Pieter Hoekstra"]
    yield (at := stage.workdays_ago(2, "13:00"))
    case = subprocessors.register(Proposed(
        "Postkamer Zuid N.V.", "bezorgen van e-mail", "e-mailadressen en de tekst van berichten", "België", "VO-2026-31",
    ), by=oscar, at=at)  # fmt: skip
    subprocessors.make_known(case, by=oscar, at=at)
    yield (at := stage.workdays_ago(1, "16:20"))
    subprocessors.object_to(
        case,
        by=pieter.user,
        at=at,
        reason="Wij gebruiken voor mail alleen partijen met een NEN 7510-certificaat.",
    )


def held(stage: Stage) -> Scene:
    yield (at := stage.workdays_ago(4, "12:00"))
    melding = Melding.objects.filter(state="closed").order_by("-received_at").first()
    if melding is not None:
        holds.place(
            melding, by=stage.cast.staff["Oscar"], at=at, reason="De contractant overweegt een claim."
        )


def night(stage: Stage) -> Scene:
    """The night before today, as it went."""
    last = rules.night_of(stage.now - timedelta(days=1)) + timedelta(minutes=4)
    yield last
    done = running.run(last)
    done.finished_at = last + timedelta(seconds=6)
    done.save(update_fields=["finished_at"])
