"""What is somebody else's."""

from __future__ import annotations

from django.test import Client

from incidents.models import Message
from tests import factories
from tests.portal.reading import said
from tests.redteam.scene import RECORDED, REFUSED, Scene, attack

UNKNOWN = "M26-99999"
JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


def same_as_unknown(client: Client, address: str, number: str) -> None:
    """A foreign one and one that is not there cannot be told apart: by status, text, size or headers."""
    there, nowhere = client.get(address), client.get(address.replace(number, UNKNOWN))
    assert there.status_code == nowhere.status_code == 404
    assert said(there).replace(number, "") == said(nowhere).replace(UNKNOWN, "")
    volatile = {"Set-Cookie", "Content-Length"}
    assert {k: v for k, v in there.headers.items() if k not in volatile} == {
        k: v for k, v in nowhere.headers.items() if k not in volatile
    }


@attack(REFUSED)
def a_foreign_number_in_the_portal(s: Scene) -> None:
    same_as_unknown(s.of(s.stranger.user), s.portal, s.melding.number)


@attack(REFUSED)
def a_foreign_number_in_the_api(s: Scene) -> None:
    for tail in ("", "messages/", "clocks/", "attachments/"):
        same_as_unknown(s.of(s.stranger.user), s.json + tail, s.melding.number)


@attack(REFUSED)
def a_foreign_file_by_its_address(s: Scene) -> None:
    assert s.of(s.stranger.user).get(s.file).status_code == 404


@attack(REFUSED)
def a_foreign_file_under_an_own_number(s: Scene) -> None:
    own = factories.registered(contact=s.stranger, channel="portal")
    address = f"/api/v1/meldingen/{own.number}/attachments/{s.file.split('/')[2]}/"
    assert s.of(s.stranger.user).get(address).status_code == 404


@attack(RECORDED)
def searching_for_words_of_another(s: Scene) -> None:
    client = s.of(s.stranger.user)
    for address in ("/portaal/?q=GEHEIM", "/api/v1/meldingen/?search=GEHEIM"):
        assert s.melding.number not in client.get(address).content.decode()


@attack(REFUSED)
def writing_on_what_is_foreign(s: Scene) -> None:
    assert s.of(s.stranger.user).post(s.portal + "reply/", {"body": "binnen"}).status_code == 404
    assert not Message.objects.filter(body="binnen").exists()


@attack(REFUSED)
def a_contact_on_the_pages_of_staff(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert [client.get(address).status_code for address in ("/meldingen/", "/beheer/", "/dienst/")] == [
        403,
        302,
        403,
    ]
    assert "GEHEIM notitie" not in client.get(s.portal).content.decode()


@attack(REFUSED)
def a_contact_does_what_staff_do(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.post(s.json + "resolve/", '{"solution": "x", "how": "told"}', JSON).status_code == 403
    assert client.post(s.page + "do/resolve/", {"solution": "x"}).status_code == 403


@attack(REFUSED)
def reading_beheer_as_the_supportafdeling(s: Scene) -> None:
    client = s.of(s.sam)
    assert client.get("/beheer/desk/user/").status_code == 403
    assert client.get("/beheer/desk/apitoken/").status_code == 403


@attack(REFUSED)
def beheer_names_an_object_by_its_type_and_id(s: Scene) -> None:
    assert s.of(s.stranger.user).get(f"/beheer/r/12/{s.melding.pk}/").status_code == 404


@attack(REFUSED)
def suggestions_of_names_to_a_contact(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.get("/meldingen/nieuw/bellers/?caller=Contact").status_code == 403
    asked = client.get(
        "/beheer/autocomplete/?app_label=incidents&model_name=melding&field_name=contact&term=a"
    )
    assert asked.status_code in (302, 403, 404)
