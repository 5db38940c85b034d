"""A contractant’s data is handed over whole (art. 10.9), comes in elsewhere with nothing lost, and is refused when it was touched."""

from __future__ import annotations

import json
import shutil
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from contractants.models import Contractant
from desk.models import Event, Notice, UnscannedFile, User, WebhookDelivery, WebhookEndpoint
from incidents import actions
from incidents.demo.build import clear
from incidents.models import Attachment, Melding
from privacy.handover import making, scope
from privacy.handover.archive import canonical
from privacy.models import DataRequest
from tests import factories
from tests.privacy import planting
from tests.privacy.planting import hours

pytestmark = pytest.mark.django_db


def read(archive: Path) -> dict[str, Any]:
    """The data in it, as facts."""
    with zipfile.ZipFile(archive) as zipped:
        return {
            name: [json.loads(line) for line in zipped.read(name).splitlines()] if name.endswith("jsonl") else zipped.read(name)
            for name in sorted(zipped.namelist())
            if name.startswith(("data/", "files/"))
        }  # fmt: skip


def test_whose_every_model_is_has_been_said() -> None:
    assert scope.undescribed() == []


def test_art_10_9_what_is_handed_over_comes_in_elsewhere_with_nothing_lost(tmp_path: Path) -> None:
    desk = planting.desk()
    one, _other = planting.plant(desk, "merenburg"), planting.plant(desk, "lindewaard")
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    checksum, counts = making.write(one.contractant, first, hours(500))
    facts = read(first)
    told = canonical({name: found for name, found in facts.items() if name.startswith("data/")}).decode()
    assert counts["incidents.melding"] == 3
    assert counts["desk.event"] > 20
    assert counts["desk.notice"] > 3
    assert len([name for name in facts if name.startswith("files/")]) == 3
    assert all(word in told for word in one.words)
    assert "lindewaard" not in told, "nothing of another"
    assert all(words not in told for words in ("Notitie over", "Wat is er bij")), (
        "nor what the desk noted for itself"
    )
    number, solved = one.melding.number, Melding.objects.get(pk=one.melding.pk).resolution_elapsed

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    clear()
    call_command("import_contractant", str(first), checksum=checksum, stdout=StringIO())
    mine = Contractant.objects.get()
    making.write(mine, second, hours(600))
    assert read(second) == facts

    melding = Melding.objects.get(number=number)
    assert (melding.state, melding.resolution_elapsed) == ("resolved", solved)
    assert melding.assignee is not None
    assert not melding.assignee.is_active
    assert melding.assignee.name == "Sam de Vries"
    assert list(Melding.objects.filter(search_public__isnull=True)) == []
    assert Attachment.objects.get(name="merenburg.txt").file.read() == b"inhoud merenburg"
    assert not Notice.objects.owed().exists()
    assert not WebhookDelivery.objects.exists()
    assert not WebhookEndpoint.objects.get().active
    assert Event.objects.filter(actor__role="support").exists()
    assert User.objects.filter(role="support", is_active=True).count() == 0
    with pytest.raises(CommandError, match=number):
        call_command("import_contractant", str(first))


def test_a_changed_byte_is_named_and_refused(tmp_path: Path) -> None:
    desk = planting.desk()
    planted = planting.plant(desk, "merenburg")
    first = tmp_path / "one.zip"
    making.write(planted.contractant, first, hours(500))
    for number, (name, change) in enumerate({
        "data/incidents.melding.jsonl": lambda raw: raw.replace(b"overleg", b"0verleg"),
        "manifest.json": lambda raw: raw.replace(b'"version":1', b'"version":7'),
        "files/extra": None,
        "../../etc/passwd": None,
        "data/bomb.jsonl": lambda raw: b"0" * (30 << 20),
    }.items()):  # fmt: skip
        touched = tmp_path / f"{number}.zip"
        _copied(first, touched, name, change)
        with pytest.raises(CommandError, match=name.rpartition("/")[2] if number != 1 else "versie"):
            call_command("import_contractant", str(touched))
    (tmp_path / "no.zip").write_bytes(b"geen zip")
    with pytest.raises(CommandError, match=r"no\.zip"):
        call_command("import_contractant", str(tmp_path / "no.zip"))
    with pytest.raises(CommandError, match="controlegetal"):
        call_command("import_contractant", str(first), checksum="0" * 64)
    assert Contractant.objects.count() == 1


def test_what_the_scanner_holds_back_and_what_was_not_passed_on_yet_stay_here(tmp_path: Path) -> None:
    contact = factories.contact()
    files: list[Any] = [SimpleUploadedFile("a.txt", b"een"), SimpleUploadedFile("b.txt", b"twee")]
    melding = factories.registered(contact=contact)
    actions.reply(melding, by=factories.staff(), at=hours(1), body="Zie bijlage.", files=files)
    held, free = Attachment.objects.order_by("name")
    UnscannedFile.objects.create(path=held.file.name, found="Eicar")
    officer = factories.staff("privacy_officer")
    asked = {
        "contractant": contact.contractant,
        "right": "access",
        "channel": "phone",
        "received_at": hours(1),
        "registered_by": officer,
    }
    DataRequest.objects.create(number="V26-00001", **asked)
    DataRequest.objects.create(number="V26-00002", passed_on_at=hours(2), **asked)
    _checksum, counts = making.write(contact.contractant, tmp_path / "one.zip", hours(3))
    with zipfile.ZipFile(tmp_path / "one.zip") as zipped:
        assert [name for name in zipped.namelist() if name.startswith("files/")] == [
            f"files/{free.public_id}"
        ]
        assert json.loads(zipped.read("manifest.json"))["missing"] == [f"files/{held.public_id}"]
    assert counts["privacy.datarequest"] == 1


def _copied(source: Path, target: Path, name: str, change: Any) -> None:
    shutil.copy(source, target)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            raw = old.read(entry)
            new.writestr(entry, change(raw) if entry == name and change else raw)
        if name not in old.namelist():
            new.writestr(name, change(b"") if change else b"x")
