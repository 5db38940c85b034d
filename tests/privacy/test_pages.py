"""The pages of handing over and erasing: who may, what they say, and what comes out of a download."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from contractants.models import Contact, Contractant
from desk.models.audit import AuditRecord
from desk.permissions import Role
from privacy.handover import actions, erasing, making
from privacy.models import Erasure, Handover
from tests import factories
from tests.pages.conftest import signed_in, text
from tests.privacy.planting import hours

pytestmark = pytest.mark.django_db
NOW = hours(24 * 200)


@pytest.fixture
def main() -> Contact:
    contact = factories.contact(role=Contact.Role.MAIN, contractant__name="Merenziekenhuis")
    factories.ContractFactory.create(contractant=contact.contractant)
    factories.registered(contact=contact)
    return contact


def refusals() -> list[tuple[str, str]]:
    return list(AuditRecord.objects.filter(result="refused").order_by("pk").values_list("act", "why"))


def at(path: str, contractant: Contractant) -> str:
    return f"/privacy/overdracht/{contractant.public_id}/{path}"


def test_vwo_10_2_the_main_contact_fetches_it_in_the_portal_while_it_can(main: Contact) -> None:
    officer, of = factories.staff(Role.PRIVACY_OFFICER), main.contractant
    now = hours(30)
    with time_machine.travel(now, tick=False):
        page = signed_in(officer).post(at("maken/", of), follow=True)
        assert "Wacht" in text(page)
        assert making.work(now) == 1
        made = Handover.objects.get()
        page = signed_in(officer).get(at("", of))
        assert made.checksum in text(page)
        portal = signed_in(main.user)
        assert "Ophalen" in text(portal.get("/portaal/overdracht/"))
        assert portal.head(f"/portaal/overdracht/{made.public_id}/").status_code == 405, "or it would count"
        answer: Any = portal.get(f"/portaal/overdracht/{made.public_id}/")
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as zipped:
            assert {"manifest.json", "LEESMIJ.md", "csv/incidents.melding.csv"} <= set(zipped.namelist())
        colleague = factories.contact(contractant=of)
        other = factories.contact(role=Contact.Role.MAIN)
        for user in (colleague.user, other.user):
            assert signed_in(user).get(f"/portaal/overdracht/{made.public_id}/").status_code == 404
        assert "Alleen voor de hoofdcontactpersoon" in text(
            signed_in(colleague.user).get("/portaal/overdracht/")
        )
        assert signed_in(factories.staff()).get(at("", of)).status_code == 403
        keeper = signed_in(factories.staff(Role.ADMINISTRATOR))
        assert "Ophalen" not in text(keeper.get(at("", of)))
        assert "ontbreken de rechten" in text(keeper.post(at("maken/", of), follow=True))
        assert keeper.get(f"/privacy/overdracht/bestand/{made.public_id}/").status_code == 404, (
            "it holds what is restricted"
        )
        assert signed_in(officer).get(f"/privacy/overdracht/bestand/{made.public_id}/").status_code == 200
    made.refresh_from_db()
    assert made.fetched == 2
    with time_machine.travel(now + timedelta(days=15), tick=False):
        assert signed_in(main.user).get(f"/portaal/overdracht/{made.public_id}/").status_code == 404


def test_erasing_is_planned_agreed_on_by_name_and_told_of(main: Contact, tmp_path: Any) -> None:
    one, two, of = (
        factories.staff(Role.PRIVACY_OFFICER),
        factories.staff(Role.ADMINISTRATOR),
        main.contractant,
    )
    with time_machine.travel(NOW, tick=False):
        oscar, iris = signed_in(one), signed_in(two)
        assert "geëindigd" in text(oscar.get(at("", of)))
        assert "loopt nog" in text(oscar.post(at("wissen/", of), follow=True))
        of.contracts.update(ends_on=date(2026, 6, 30))
        assert "30 juni 2026" in text(oscar.get("/privacy/overdracht/"))
        page = text(oscar.post(at("wissen/", of), follow=True))
        assert "Een ander dan wie het plande" in page
        assert "Meldingen" in page
        name = {"name": "merenziekenhuis "}
        assert "Een ander dan wie" in text(oscar.post(at("goedkeuren/", of), name, follow=True))
        assert refusals() == [("erasure_plan", "not_now"), ("erasure_approve", "not_allowed")]
        wrong = iris.post(at("goedkeuren/", of), {"name": "Meren"})
        assert wrong.status_code == 422
        assert "Meren" in text(wrong)
        assert Erasure.objects.get().state == Erasure.State.PLANNED
        assert "worden gewist" in text(iris.post(at("goedkeuren/", of), name, follow=True))
        copy = tmp_path / "erasures.jsonl"
        assert erasing.work(NOW) == 1
        done = Erasure.objects.get()
        page = text(iris.get(f"/privacy/gewist/{done.pk}/"))
        assert "Gezocht en niets gevonden" in page
        assert "Merenziekenhuis" not in page
        with copy.open("w") as listed:
            call_command("erase_again", "--list", stdout=listed)
        restored = factories.ContractantFactory.create(public_id=done.party, name="Merenziekenhuis")
        call_command("erase_again", str(copy), stdout=io.StringIO())
    assert not Contractant.objects.filter(pk=restored.pk).exists()
    assert Erasure.objects.filter(state=Erasure.State.DONE).count() == 2


def test_what_cannot_be_made_says_why_and_can_be_tried_again(main: Contact, settings: Any) -> None:
    officer, now = factories.staff(Role.PRIVACY_OFFICER), hours(30)
    made = actions.make_handover(main.contractant, by=officer, at=now)
    settings.MEDIA_ROOT.write_text("geen map")
    assert making.work(now) == 1
    made.refresh_from_db()
    assert (made.state, made.error.partition(":")[0]) == (Handover.State.FAILED, "NotADirectoryError")
    with time_machine.travel(now, tick=False):
        assert "NotADirectoryError" in text(signed_in(officer).get(at("", main.contractant)))
    settings.MEDIA_ROOT.unlink()
    again = actions.make_handover(main.contractant, by=officer, at=now)
    assert again != made
    assert making.work(now) == 1
    again.refresh_from_db()
    assert again.state == Handover.State.READY
    assert again.expires_at == now + timedelta(days=14)
