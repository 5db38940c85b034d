"""The pages, the API and Beheer of Changes and Releases, for staff and in the portal."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from changes.actions import change as changes
from changes.actions import release as releases
from changes.models import Change, Release, ReleaseDocument
from desk.door import Invalid
from desk.models import ApiToken
from problems import actions as problems
from tests import factories
from tests.changes.conftest import LATER, Cast
from tests.factories import MOMENT
from tests.pages.conftest import signed_in, text

ASKED = {"subject": "Agenda in kleur", "description": "Elk overleg een kleur.", "goal": "Sneller zien"}


def test_sla_10_1_a_contact_asks_in_the_portal_once(cast: Cast) -> None:
    client, page = signed_in(cast.contact.user), "/portaal/wijzigingen/nieuw/"
    assert "Nog geen wijzigingen" in text(client.get("/portaal/wijzigingen/"))
    wrong = client.post(page, {**ASKED, "service": cast.service.pk, "goal": ""})
    assert (wrong.status_code, "Elk overleg een kleur." in text(wrong)) == (422, True)
    assert (
        client.post(page, {**ASKED, "service": factories.ServiceFactory.create(slug="x").pk}).status_code
        == 422
    )
    given = {**ASKED, "service": cast.service.pk, "client_key": "6f1c1e6e-1111-4222-8333-444455556666"}
    first, again = client.post(page, given), client.post(page, given)
    change = Change.objects.get()
    assert first["Location"] == again["Location"] == f"/portaal/wijzigingen/{change.number}/"
    assert change.number in text(client.get("/portaal/wijzigingen/"))
    assert "Reactie uiterlijk" in text(client.get(first["Location"]))


def test_without_a_contract_the_page_says_what_to_do(cast: Cast) -> None:
    page = text(signed_in(factories.contact().user).get("/portaal/wijzigingen/nieuw/"))
    assert "U heeft geen dienst bij ons" in page


def test_the_portal_shows_the_contact_nothing_of_the_assessment(cast: Cast) -> None:
    change = cast.assessed()
    changes.note(change, by=cast.agent, at=LATER, body="Alleen voor ons")
    changes.reply(change, by=cast.agent, at=LATER, body="Welke kleuren?")
    client, page = signed_in(cast.contact.user), f"/portaal/wijzigingen/{change.number}/"
    shown = text(client.get(page))
    assert "Welke kleuren?" in shown
    assert not [
        words
        for words in ("16 uur", "Raakt ieder scherm", "Alleen voor ons", "Goedkeuring")
        if words in shown
    ]
    full = {"cost": "1 dag", "risk": "Klein", "risk_level": "high", "benefit": "Veel"}
    assert client.post(f"{page}do/assess/", full).status_code == 403
    assert client.post(f"{page}do/reply/", {"body": "Blauw"}).status_code == 302
    assert client.post(f"{page}do/withdraw/", {"reason": "Toch niet", "version": 1}).status_code == 409
    assert client.post(f"{page}do/withdraw/", {"reason": "Toch niet"}).status_code == 302
    assert signed_in(factories.contact().user).get(page).status_code == 404


def test_staff_take_one_in_assess_it_and_see_who_has_to_approve(cast: Cast) -> None:
    client = signed_in(cast.agent)
    given = {**ASKED, "kind": "request", "service": cast.service.pk}
    assert client.post("/wijzigingen/nieuw/", given).status_code == 422
    made = client.post("/wijzigingen/nieuw/", {**given, "contact": cast.contact.pk})
    change = Change.objects.get()
    assert made["Location"] == change.get_absolute_url()
    assert change.number in text(client.get("/wijzigingen/"))
    do = f"{change.get_absolute_url()}do/"
    assert client.post(f"{do}assess/", {"cost": "1 dag"}).status_code == 422
    full = {"cost": "1 dag", "risk": "Klein", "risk_level": "high", "benefit": "Veel"}
    assert client.post(f"{do}assess/", full).status_code == 302
    assert "Servicelevelmanager: nog niet" in text(client.get(change.get_absolute_url()))
    manager = signed_in(cast.manager)
    assert change.number in text(manager.get("/wijzigingen/?view=approve"))
    assert change.number not in text(client.get("/wijzigingen/?view=approve"))
    assert manager.post(f"{do}approve/", {}).status_code == 302
    assert f'id="{change.number}"' not in text(manager.get("/wijzigingen/?view=approve"))
    assert client.post(f"{do}go_live/", {}).status_code == 404


def test_a_melding_is_filled_in_beforehand_and_shows_its_change(cast: Cast, client: Client) -> None:
    melding = factories.registered(contact=cast.contact, service=cast.service, subject="Graag kleuren")
    client.force_login(cast.agent)
    assert f"/wijzigingen/nieuw/?melding={melding.number}" in text(client.get(melding.get_absolute_url()))
    page = f"/wijzigingen/nieuw/?melding={melding.number}"
    assert "Graag kleuren" in text(client.get(page))
    given = {**ASKED, "kind": "request", "service": cast.service.pk, "contact": cast.contact.pk}
    assert client.post(page, given).status_code == 302
    change = Change.objects.get()
    assert (change.melding, change.from_incident) == (melding, True)
    beside = text(client.get(f"/wijzigingen/ernaast/?melding={melding.number}"))
    assert change.number in beside
    for unknown in ("M26-99999", "%00"):
        assert client.get(f"/wijzigingen/nieuw/?melding={unknown}").status_code == 404


def test_a_melding_of_one_contractant_is_no_change_of_another(cast: Cast) -> None:
    melding = factories.registered(contact=factories.contact(), service=cast.service)
    with pytest.raises(Invalid) as refused:
        cast.asked(by=cast.agent, melding=melding)
    assert set(refused.value.errors) == {"contact"}


def test_a_problem_begins_one_of_the_supplier(cast: Cast) -> None:
    problem = problems.open_problem(
        by=cast.agent, at=MOMENT, title="Leeg scherm", description="Na inloggen", likelihood="likely", impact="large",
        service=cast.service,
    )  # fmt: skip
    client, page = signed_in(cast.agent), f"/wijzigingen/nieuw/?problem={problem.number}"
    assert page in text(client.get(problem.get_absolute_url()))
    assert "Leeg scherm" in text(client.get(page))
    assert client.post(page, {**ASKED, "kind": "own", "service": cast.service.pk}).status_code == 302
    change = Change.objects.get()
    assert change.problem == problem
    assert change.number in text(client.get(f"/wijzigingen/ernaast/?problem={problem.number}"))
    given = {**ASKED, "kind": "request", "service": cast.service.pk, "contact": cast.contact.pk}
    asked = client.post(page, given)["Location"]
    assert problem.number in text(client.get(asked))
    assert problem.number not in text(signed_in(cast.contact.user).get(f"/portaal{asked}"))
    assert client.get("/wijzigingen/ernaast/").status_code == 404


@pytest.fixture
def out(cast: Cast) -> Release:
    """A Release that is out, with notes and a document."""
    release = cast.release()
    file = manual()
    releases.attach(release, by=cast.agent, at=LATER, files=[file])
    cast.accepted(release)
    return cast.published(release)


def manual() -> SimpleUploadedFile:
    return SimpleUploadedFile("Handleiding.txt", b"Zo werkt het.")


def test_sla_11_the_calendar_of_staff_and_of_contractants(cast: Cast, out: Release) -> None:
    client = signed_in(cast.agent)
    shown = text(client.get("/releases/?jaar=2026"))
    assert "Dienst MDO 8.2" in shown
    assert "in 2026 ontbreekt nog 1 release" in shown
    assert "in 2027 ontbreken nog 2 releases" in text(client.get("/releases/?jaar=2027"))
    assert client.get("/releases/nieuw/").status_code == 403
    own, other = signed_in(cast.contact.user), signed_in(factories.contact().user)
    assert "Dienst MDO 8.2" in text(own.get("/portaal/releases/?jaar=2026"))
    assert "Geen release in dit jaar" in text(other.get("/portaal/releases/?jaar=2026"))
    page = f"/portaal/releases/{out.number}/"
    notes = text(own.get(page))
    assert "De agenda heeft kleuren." in notes
    assert "Agenda in kleur" not in notes
    document = f"/releases/documenten/{ReleaseDocument.objects.get().public_id}/"
    assert b"".join(own.get(document).streaming_content) == b"Zo werkt het."  # type: ignore[attr-defined]
    assert (other.get(page).status_code, other.get(document).status_code) == (404, 404)


def test_before_it_is_out_a_contact_reads_no_notes(cast: Cast) -> None:
    release = cast.release()
    cast.accepted(release)
    shown = text(signed_in(cast.contact.user).get(f"/portaal/releases/{release.number}/"))
    assert "De agenda heeft kleuren." not in shown
    assert "zodra de release uit is" in shown


def test_a_manager_plans_a_release_and_moves_it(cast: Cast) -> None:
    client, day = signed_in(cast.manager), timezone.localdate()
    given = {"service": cast.service.pk, "kind": "release", "name": "8.2", "planned_on": f"{day:%Y-%m-%d}"}
    assert client.post("/releases/nieuw/", {**given, "name": "acht"}).status_code == 422
    made = client.post("/releases/nieuw/", given)
    release = Release.objects.get()
    assert made["Location"] == release.get_absolute_url()
    do = f"{release.get_absolute_url()}do/"
    moved = client.post(
        f"{do}reschedule/", {"planned_on": f"{day.replace(year=day.year + 1, day=1)}", "reason": "Drukte"}
    )
    assert moved.status_code == 302
    past = client.post(f"{do}reschedule/", {"planned_on": "2020-01-01", "reason": "Terug"})
    assert (past.status_code, "2020-01-01" in text(past)) == (422, True)
    attached = client.post(f"{do}attach/", {"files": manual()})
    assert attached.status_code == 302
    assert "Handleiding.txt" in text(client.get(release.get_absolute_url()))


def test_the_pages_ask_little_of_the_database(cast: Cast, django_assert_max_num_queries: Any) -> None:
    release = cast.release()
    for n in range(4):
        cast.asked(subject=f"Wens {n}")
    change = cast.accepted(release)
    staff, contact = signed_in(cast.manager), signed_in(cast.contact.user)
    for client, page in (
        (staff, "/wijzigingen/"), (staff, change.get_absolute_url()), (staff, "/releases/?jaar=2026"),
        (staff, release.get_absolute_url()), (contact, "/portaal/wijzigingen/"),
        (contact, f"/portaal/wijzigingen/{change.number}/"), (contact, f"/portaal/releases/{release.number}/"),
    ):  # fmt: skip
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200


def api(user: Any) -> Client:
    return Client(HTTP_AUTHORIZATION=f"Bearer {factories.token(ApiToken.Scope.AGENT, user)}")


def test_the_api_from_request_to_decision(cast: Cast) -> None:
    agent, base = api(cast.agent), "/api/v1/changes/"
    given = {**ASKED, "service": "dienst-mdo", "contact": cast.contact.user.email}
    made = agent.post(base, given, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (201, "requested")
    one = made.headers["Location"]
    full = {"cost": "1 dag", "risk": "Klein", "risk_level": "low", "benefit": "Veel"}
    assessed = agent.post(f"{one}assess/", full, content_type="application/json").json()
    assert assessed["awaiting"] == ["product_manager"]
    assert "approve" not in assessed["transitions"]
    refused = agent.post(f"{one}honour/", {}, content_type="application/json")
    assert refused.status_code == 403
    assert [row["number"] for row in agent.get(f"{base}?state=assessed").json()["results"]] == [
        assessed["number"]
    ]
    release = cast.release()
    row = agent.get(f"/api/v1/releases/{release.number}/").json()
    assert (row["name"], row["changes"], row["compulsory"]) == ("8.2", [], False)
    assert "introduce" in row["transitions"]
    assert "attach" not in row["transitions"]


def test_in_beheer_their_steps_are_buttons(cast: Cast) -> None:
    change, release = cast.assessed("low"), cast.release()
    keeper = signed_in(factories.staff("administrator"))
    assert change.number in text(keeper.get("/beheer/changes/change/"))
    assert "Afwijzen" in text(keeper.get(f"/beheer/changes/change/{change.pk}/change/"))
    assert "Bevriezen" in text(keeper.get(f"/beheer/changes/release/{release.pk}/change/"))
    attach = f"/beheer/changes/release/{release.pk}/do/attach/"
    assert 'enctype="multipart/form-data"' in text(keeper.get(attach))
    assert keeper.post(attach, {"files": manual()}).status_code == 302
    assert release.documents.get().name == "Handleiding.txt"
