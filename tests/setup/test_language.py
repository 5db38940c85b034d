"""Dutch, unless somebody chose otherwise on the page."""

from django.test import Client


def test_a_browser_in_english_still_gets_dutch(client: Client) -> None:
    assert client.get("/nergens/", headers={"accept-language": "en-US,en"})["Content-Language"] == "nl"


def test_a_choice_holds(db: None, client: Client) -> None:
    client.post("/taal/setlang/", {"language": "en", "next": "/nergens/"})
    assert client.get("/nergens/")["Content-Language"] == "en"


def test_a_language_that_we_do_not_have_is_dutch(client: Client) -> None:
    client.cookies["django_language"] = "tlh"
    assert client.get("/nergens/")["Content-Language"] == "nl"
