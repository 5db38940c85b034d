"""The pages of complaints: of staff and in the portal (SLA 5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import actions
from complaints.models import About, Complaint, State
from contractants.models import Contact
from incidents.models import Channel
from tests import factories
from tests.complaints.conftest import LATER, REPORT, Cast
from tests.pages.conftest import signed_in

AT = "2026-06-15T09:30"


def registering(cast: Cast, **changed: Any) -> dict[str, Any]:
    given = {"contact": cast.noor.pk, "received_at": AT, "about": "other", "subject": "Brief van 12 juni",
             "description": "Wij zijn niet tevreden.", "client_key": "0b1f6c1e-8f0e-4b8e-9a55-0d6d7b0a51b5"}  # fmt: skip
    return {**given, **changed}


def test_sla_2_16_a_letter_is_registered_with_the_day_on_which_it_came(cast: Cast) -> None:
    desk = signed_in(cast.sam)
    for _twice in range(2):
        answer = desk.post("/klachten/nieuw/", registering(cast), follow=True)
        assert "is vastgelegd" in answer.content.decode()
    complaint = Complaint.objects.get()
    assert (complaint.contractant, complaint.registered_by) == (cast.noor.contractant, cast.sam)
    assert complaint.received_at.isoformat()[:16] == "2026-06-15T07:30"
    actions.set_about(complaint, by=cast.noor.user, at=LATER, about=About.SUPPORT)
    gone = desk.post("/klachten/nieuw/", registering(cast))
    assert (gone.status_code, complaint.number in gone.content.decode()) == (403, False)
    assert "ontbreken de rechten" in gone.content.decode()


@pytest.mark.parametrize(("wrong", "text"), [
    ({"about": "handling"}, "Geef aan om welke melding het gaat."), ({"meldingen": "M26-99999"}, "Er is geen melding met nummer M26-99999."),
    ({"received_at": "2020-06-15T09:30"}, "Dit tijdstip ligt meer dan een jaar terug."),
    ({"subject": ""}, "Dit veld is vereist."), ({"about": "support"}, "Selecteer een geldige keuze"),
])  # fmt: skip
def test_what_was_typed_is_kept_and_what_is_wrong_named(cast: Cast, wrong: dict[str, str], text: str) -> None:
    answer = signed_in(cast.sam).post("/klachten/nieuw/", registering(cast, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert text in page
    assert "Wij zijn niet tevreden." in page
    assert not Complaint.objects.exists()


def test_it_begins_at_a_melding(cast: Cast) -> None:
    melding = factories.registered(contact=cast.noor)
    desk = signed_in(cast.sam)
    assert (
        f"/klachten/nieuw/?melding={melding.number}" in desk.get(melding.get_absolute_url()).content.decode()
    )
    page = desk.get("/klachten/nieuw/", {"melding": melding.number}).content.decode()
    assert melding.number in page
    assert f'<option value="{cast.noor.pk}" selected>' in page
    complaint = cast.complaint(About.HANDLING, meldingen=[melding])
    beside = desk.get("/klachten/bij-melding/", {"melding": melding.number}).content.decode()
    assert complaint.number in beside
    for address in ("/klachten/nieuw/", "/klachten/bij-melding/"):
        assert desk.get(f"{address}?melding=%00").status_code == 200


def test_the_lists_hold_what_they_say(cast: Cast) -> None:
    new, treated, proposed = (
        cast.brought(state) for state in (State.REGISTERED, State.IN_TREATMENT, State.PROPOSED)
    )
    solved, closed = cast.brought(State.SOLVED), cast.brought(State.CLOSED)
    expected = {
        "mine": {new, solved}, "open": {new, treated, proposed, solved}, "contractant": {proposed}, "ended": {closed},
    }  # fmt: skip
    desk = signed_in(cast.sam)
    for view, cases in expected.items():
        page = desk.get("/klachten/", {"view": view}).content.decode()
        for case in (new, treated, proposed, solved, closed):
            assert (f'id="{case.number}"' in page) is (case in cases), (view, case.state)
    late = desk.get("/klachten/", {"view": "late"}).content.decode()
    assert f'id="{new.number}"' in late  # it is months later
    assert "te laat" in late
    assert f'id="{closed.number}"' in desk.get("/klachten/", {"q": closed.number.lower()}).content.decode()
    assert "Niets gevonden" in desk.get("/klachten/", {"q": "zeehond"}).content.decode()


@pytest.mark.parametrize("many", [1, 12])
def test_no_page_asks_more_for_more_rows(cast: Cast, many: int) -> None:
    for _n in range(many):
        cast.complaint(meldingen=[factories.registered(contact=cast.noor)])
    one = Complaint.objects.latest("pk")
    for user, address in (
        (cast.sam, "/klachten/?view=open"), (cast.sam, one.get_absolute_url()), (cast.noor.user, "/portaal/klachten/"),
        (cast.noor.user, f"/portaal/klachten/{one.number}/"),
    ):  # fmt: skip
        client = signed_in(user)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 15, (
            address,
            len(asked),
            [query["sql"][:90] for query in asked.captured_queries],
        )


def test_the_contact_follows_it_and_decides(cast: Cast) -> None:
    portal = signed_in(cast.noor.user)
    given = {"about": "support", "subject": "Onheus te woord gestaan", "description": "Aan de telefoon."}
    page = portal.post("/portaal/klachten/nieuw/", given, follow=True).content.decode()
    complaint = Complaint.objects.get()
    assert f"Het nummer is {complaint.number}" in page
    actions.assign(complaint, by=cast.marieke, at=LATER, assignee=cast.fatma)
    actions.start(complaint, by=cast.fatma, at=LATER)
    actions.note(complaint, by=cast.fatma, at=LATER, body="Geheim overleg.")
    actions.propose(complaint, by=cast.fatma, at=LATER, solution="Excuses.")
    address = f"/portaal/klachten/{complaint.number}/"
    page = portal.get(address).content.decode()
    assert "Excuses." in page
    assert "Geheim overleg" not in page
    assert "Oplossing accepteren" in page
    refused = portal.post(f"{address}refuse_solution/", {"reason": " "})
    assert refused.status_code == 422
    portal.post(f"{address}accept_solution/")
    actions.send_report(complaint, by=cast.fatma, at=LATER, **REPORT)
    page = portal.get(address).content.decode()
    assert REPORT["prevention"] in page
    assert f"/klachten/{complaint.number}/rapport/1/" in page
    portal.post(f"{address}accept_report/")
    assert Complaint.objects.get().state == State.SOLVED


def test_a_colleague_reads_along_and_decides_nothing(cast: Cast) -> None:
    colleague: Contact = factories.contact(contractant=cast.noor.contractant)
    complaint = cast.brought(State.PROPOSED)
    portal = signed_in(colleague.user)
    address = f"/portaal/klachten/{complaint.number}/"
    page = portal.get(address).content.decode()
    assert "Alleen deze contactpersoon kan accepteren of afwijzen" in page
    assert "Oplossing accepteren" not in page
    assert portal.post(f"{address}accept_solution/").status_code == 403
    assert signed_in(factories.contact().user).get(address).status_code == 404


def test_who_handled_the_melding_reads_why_they_may_not_treat_it(cast: Cast) -> None:
    melding = factories.registered(contact=cast.noor, by=cast.sam, channel=Channel.PHONE)
    complaint = cast.complaint(About.HANDLING, meldingen=[melding])
    page = signed_in(cast.sam).get(complaint.get_absolute_url()).content.decode()
    assert "Daarom behandelt een ander de klacht" in page


def test_the_steps_are_in_beheer_and_in_the_api(cast: Cast, client: Client) -> None:
    complaint = cast.complaint()
    client.force_login(cast.sam)
    page = client.get(f"/beheer/complaints/complaint/{complaint.pk}/change/").content.decode()
    assert "Toewijzen" in page
    token = factories.token(user=cast.sam)
    api = Client(HTTP_AUTHORIZATION=f"Bearer {token}")
    url = f"/api/v1/complaints/{complaint.number}/"
    assert "assign" in api.get(url).json()["transitions"]
    done = api.post(f"{url}assign/", {"assignee": cast.fatma.email}, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "assigned")
    melding = factories.registered(contact=cast.noor)
    body = {
        "contact": cast.noor.user.email,
        "about": "handling",
        "meldingen": [melding.number],
        "subject": "x",
        "description": "y",
    }
    made = api.post("/api/v1/complaints/", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["meldingen"] == [melding.number]
    assert (
        api.get("/api/v1/complaints/", {"melding": melding.number}).json()["results"][0]["number"]
        == made.json()["number"]
    )
