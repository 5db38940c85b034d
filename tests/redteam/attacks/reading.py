"""What is somebody else's."""

from __future__ import annotations

from django.test import Client

from incidents.models import Message
from tests import factories
from tests.portal.reading import said
from tests.redteam.scene import Record, Scene, attack

UNKNOWN = "M26-99999"
JSON = "application/json"


def same_as_unknown(client: Client, address: str, number: str, unknown: str = UNKNOWN) -> None:
    """A foreign one and one that is not there cannot be told apart: by status, text, size or headers."""
    there, nowhere = client.get(address), client.get(address.replace(number, unknown))
    assert there.status_code == nowhere.status_code == 404
    assert said(there).replace(number, "") == said(nowhere).replace(unknown, "")
    volatile = {"Set-Cookie", "Content-Length"}
    assert {k: v for k, v in there.headers.items() if k not in volatile} == {
        k: v for k, v in nowhere.headers.items() if k not in volatile
    }


@attack(
    Record("incidents:portal_melding", "stranger", "melding"),
    Record("incidents:portal_melding", "stranger", UNKNOWN),
)
def a_foreign_number_in_the_portal(s: Scene) -> None:
    same_as_unknown(s.of(s.stranger.user), s.portal, s.melding.number)


@attack(Record("api:melding", "stranger", "melding"), Record("api:attachments", "stranger", "melding"))
def a_foreign_number_in_the_api(s: Scene) -> None:
    for tail in ("", "messages/", "clocks/", "attachments/"):
        same_as_unknown(s.of(s.stranger.user), s.json + tail, s.melding.number)


@attack(Record("incidents:attachment", "stranger"))
def a_foreign_file_by_its_address(s: Scene) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    same_as_unknown(s.of(s.stranger.user), s.file, s.file.split("/")[2], nowhere)


@attack(Record("api:attachment", "stranger"))
def a_foreign_file_under_an_own_number(s: Scene) -> None:
    own = factories.registered(contact=s.stranger, channel="portal")
    address = f"/api/v1/meldingen/{own.number}/attachments/{s.file.split('/')[2]}/"
    assert s.of(s.stranger.user).get(address).status_code == 404


@attack(
    Record("incidents:portal", "stranger", result="done"), Record("api:meldingen", "stranger", result="done")
)
def searching_for_words_of_another(s: Scene) -> None:
    client = s.of(s.stranger.user)
    for address in ("/portaal/?q=GEHEIM", "/api/v1/meldingen/?q=GEHEIM"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert s.melding.number not in answer.content.decode()


@attack(Record("reply", "stranger", "melding"))
def writing_on_what_is_foreign(s: Scene) -> None:
    assert s.of(s.stranger.user).post(s.portal + "reply/", {"body": "binnen"}).status_code == 404
    assert not Message.objects.filter(body="binnen").exists()


@attack(
    Record("incidents:worklist", "noor"), Record("admin:index", "noor"), Record("incidents:duties", "noor")
)
def a_contact_on_the_pages_of_staff(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert [client.get(address).status_code for address in ("/meldingen/", "/beheer/", "/dienst/")] == [
        403,
        302,
        403,
    ]
    assert "GEHEIM notitie" not in client.get(s.portal).content.decode()


@attack(Record("resolve", "noor", "melding"))
def a_contact_does_what_staff_do(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.post(s.json + "resolve/", '{"solution": "x", "how": "told"}', JSON).status_code == 403
    assert client.post(s.page + "do/resolve/", {"solution": "x"}).status_code == 403


@attack(Record("admin:desk_user_changelist", "sam"), Record("admin:desk_apitoken_changelist", "sam"))
def reading_beheer_as_the_supportafdeling(s: Scene) -> None:
    client = s.of(s.sam)
    assert client.get("/beheer/desk/user/").status_code == 403
    assert client.get("/beheer/desk/apitoken/").status_code == 403


@attack(Record("mdo_desk.urls.nothing", "stranger"))
def beheer_names_an_object_by_its_type_and_id(s: Scene) -> None:
    assert s.of(s.stranger.user).get(f"/beheer/r/12/{s.melding.pk}/").status_code == 404


@attack(Record("incidents:callers", "noor"), Record("admin:autocomplete", "noor"))
def suggestions_of_names_to_a_contact(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.get("/meldingen/nieuw/bellers/?caller=Contact").status_code == 403
    asked = client.get(
        "/beheer/autocomplete/?app_label=incidents&model_name=melding&field_name=contact&term=a"
    )
    assert asked["Location"].startswith("/beheer/login/")
