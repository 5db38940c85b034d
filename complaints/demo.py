"""Complaints in the demo: one that waits for its klachtrapport to be accepted, one about the Supportafdeling, one new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from complaints import actions
from complaints.actions import Received
from complaints.models import About
from incidents.demo.stage import Scene, Stage
from incidents.models import Melding


def scenes(stage: Stage) -> list[Scene]:
    return [about_a_service(stage), about_the_desk(stage), about_a_melding(stage)]


def about_a_service(stage: Stage) -> Scene:
    """By letter, registered by the Supportafdeling; the contact has the klachtrapport before them."""
    thijs = stage.cast.contacts["Thijs Wolters"]
    noor, fatma, marieke = (stage.cast.staff[name] for name in ("Noor", "Fatma", "Marieke"))
    yield (at := stage.workdays_ago(14, "10:05"))
    complaint = actions.register(Received(
        contact=thijs, about=About.SERVICE, service=stage.cast.services["mdo"], received_at=at - timedelta(hours=1),
        subject="Drie keer in één maand geen overleg kunnen openen",
        description="Voor de derde keer deze maand ging een overleg niet door omdat de dienst traag was. Elke keer wachtten "
        "acht specialisten. Wij vinden dit niet acceptabel en willen weten wat u eraan doet.",
    ), by=noor, at=at, files=[_letter()])  # fmt: skip
    yield (at := at + timedelta(minutes=20))
    actions.assign(complaint, by=noor, at=at, assignee=fatma)
    yield (at := stage.workdays_ago(13, "09:30"))
    actions.start(complaint, by=fatma, at=at)
    actions.involve(complaint, by=fatma, at=at, manager=marieke)
    yield (at := stage.workdays_ago(11, "15:10"))
    actions.note(
        complaint,
        by=marieke,
        at=at,
        body="De pieken vallen samen met de nachtelijke export die te laat klaar is.",
    )
    yield (at := stage.workdays_ago(9, "11:00"))
    actions.propose(
        complaint,
        by=fatma,
        at=at,
        solution="De nachtelijke export begint twee uur eerder. Tot die klaar is, bewaken wij de dienst extra tussen 7 en 9 uur.",
    )
    yield (at := stage.workdays_ago(8, "14:20"))
    actions.refuse_solution(
        complaint, by=thijs.user, at=at, reason="Bewaken helpt ons niet als er dan nog niemand ingrijpt."
    )
    yield (at := stage.workdays_ago(6, "10:45"))
    actions.propose(
        complaint,
        by=fatma,
        at=at,
        solution="De export begint twee uur eerder en stopt vanzelf om 7 uur. Wat dan niet klaar is, gaat de volgende nacht verder.",
    )
    yield (at := stage.workdays_ago(5, "09:15"))
    actions.accept_solution(complaint, by=thijs.user, at=at)
    yield (at := stage.workdays_ago(2, "16:00"))
    actions.send_report(
        complaint, by=fatma, at=at,
        complained="Drie overleggen in één maand gingen niet door omdat de dienst ’s ochtends traag was.",
        found="De nachtelijke export liep op die dagen tot na 9 uur door en nam de database in beslag.",
        done="De export begint nu om 1 uur en stopt vanzelf om 7 uur. Sindsdien was er geen trage ochtend meer.",
        prevention="De monitoring waarschuwt als de export om 6 uur nog niet op de helft is. Dit staat op de agenda van het kwartaaloverleg.",
    )  # fmt: skip


def _letter() -> Any:
    text = b"Geachte heer, mevrouw,\n\nVoor de derde keer deze maand ging een overleg niet door.\n"
    return UploadedFile(file=ContentFile(text), name="Overgetypte brief.txt", size=len(text))


def about_the_desk(stage: Stage) -> Scene:
    """Past the Supportafdeling, which sees nothing of it; the time for a solution runs out."""
    lotte, marieke, fatma = (
        stage.cast.contacts["Lotte Visser"],
        stage.cast.staff["Marieke"],
        stage.cast.staff["Fatma"],
    )
    yield (at := stage.workdays_ago(9, "13:40"))
    complaint = actions.register(Received(
        contact=lotte, about=About.SUPPORT, subject="Onprettig te woord gestaan aan de telefoon",
        description="Ik belde over een storing en kreeg te horen dat ik eerst de handleiding maar moest lezen. Ik had dat al gedaan "
        "en dat ook gezegd. Ik wil graag dat hier iets mee gebeurt.",
    ), by=lotte.user, at=at)  # fmt: skip
    yield (at := stage.workdays_ago(8, "09:10"))
    actions.assign(complaint, by=marieke, at=at, assignee=fatma)
    yield (at := stage.workdays_ago(8, "11:30"))
    actions.start(complaint, by=fatma, at=at)
    actions.reply(
        complaint,
        by=fatma,
        at=at,
        body="Wat vervelend dat het gesprek zo is gelopen. Ik bel u vandaag om het na te vragen.",
    )
    yield (at := stage.workdays_ago(7, "10:20"))
    actions.reply(complaint, by=lotte.user, at=at, body="Dank u voor het telefoongesprek gisteren.")


def about_a_melding(stage: Stage) -> Scene:
    """Just sent in: it still has to be assigned."""
    kofi = stage.cast.contacts["Kofi Mensah"]
    yield (at := stage.workdays_ago(1, "15:25"))
    melding = Melding.objects.filter(contractant=kofi.contractant).order_by("-received_at").first()
    actions.register(Received(
        contact=kofi, about=About.HANDLING if melding else About.OTHER, meldingen=[melding] if melding else [],
        subject="Ik moest drie keer hetzelfde uitleggen",
        description="Elke keer dat ik bel, krijg ik een ander die de melding niet gelezen heeft. Dat kost ons veel tijd.",
    ), by=kofi.user, at=at)  # fmt: skip
