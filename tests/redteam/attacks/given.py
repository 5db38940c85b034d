"""What is given where something else is asked."""

from __future__ import annotations

import json

from desk.models import ApiToken
from incidents.models import Melding
from tests.redteam.scene import RECORDED, REFUSED, Scene, attack

UNKNOWN = "M26-99999"
JSON = "application/json"
PASSWORD = "een lang wachtwoord 42"


@attack(RECORDED)
def more_fields_than_there_are(s: Scene) -> None:
    """Mass assignment: what a caller may not decide, it cannot say."""
    body = {
        "kind": "question", "subject": "x", "description": "y", "priority": 1, "state": "closed", "number": "M26-00099",
        "contractant": s.noor.contractant_id, "is_staff": True, "received_at": "2020-01-01T00:00:00Z", "assignee": s.sam.pk,
    }  # fmt: skip
    s.of(s.stranger.user).post("/api/v1/meldingen/", json.dumps(body), JSON)
    made = Melding.objects.exclude(pk=s.melding.pk).first()
    assert made is None or (made.contractant, made.state, made.assignee) == (
        s.stranger.contractant,
        "new",
        None,
    )


@attack(RECORDED)
def the_state_is_posted_in_the_form_of_beheer(s: Scene) -> None:
    s.of(s.sam).post(f"/beheer/incidents/melding/{s.melding.pk}/change/", {"state": "closed", "subject": "x"})
    s.melding.refresh_from_db()
    assert (s.melding.state, s.melding.subject) == ("received", "GEHEIM onderwerp")


@attack(REFUSED)
def sorting_and_filtering_by_columns_of_others(s: Scene) -> None:
    client = s.api(ApiToken.Scope.READ)
    for query in (
        "ordering=assignee__password",
        "assignee__password__startswith=a",
        "contractant__name__regex=^G",
        "ordering=-pk;--",
    ):
        assert client.get(f"/api/v1/meldingen/?{query}").status_code == 400
    for query in ("sort=assignee__password", "assignee__password=a", "view=%27--", "page=__proto__"):
        assert s.of(s.sam).get(f"/meldingen/?{query}").status_code < 500


@attack(RECORDED)
def searching_with_what_a_database_would_read(s: Scene) -> None:
    client = s.of(s.sam)
    for words in ("' OR 1=1 --", ":*!&|", "a OR " * 1000, "%", "\\", "(" * 5000, "x\x00y", "a" * 10_000):
        assert client.get("/zoeken/", {"q": words}).status_code in (200, 400, 422)


@attack(RECORDED)
def json_that_says_the_same_twice(s: Scene) -> None:
    """The last one counts, everywhere alike, and is judged."""
    answer = s.of(s.noor.user).post(
        s.json + "messages/", '{"visibility": "public", "visibility": "internal", "body": "x"}', JSON
    )
    assert answer.status_code == 403


@attack(REFUSED)
def json_that_is_deep_or_odd(s: Scene) -> None:
    client = s.of(s.noor.user)
    for body in (
        "[" * 100_000,
        '{"body": NaN}',
        "\x00",
        '{"body": {"$ne": null}}',
        "[]",
        "null",
        '"x"',
    ):
        assert client.post(s.json + "messages/", body, JSON).status_code == 400


@attack(REFUSED)
def a_method_in_a_header_or_a_field(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.post(s.json, "{}", JSON, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE").status_code == 405
    assert client.post(s.json + "?_method=PATCH", "{}", JSON).status_code == 405
    assert client.delete(s.json).status_code == 405


@attack(REFUSED)
def a_step_that_the_state_does_not_admit(s: Scene) -> None:
    client = s.api()
    assert client.post(s.json + "accept/", "{}", JSON).status_code in (403, 409)
    assert client.post(s.json + "reopen/", '{"reason": "x"}', JSON).status_code == 409


@attack(REFUSED)
def a_page_that_is_stale(s: Scene) -> None:
    client = s.api()
    client.post(s.json + "pick_up/", "{}", JSON)
    assert client.post(s.json + "contacted/", "{}", JSON, HTTP_IF_MATCH='"1"').status_code == 412


@attack(REFUSED)
def a_key_used_again_with_another_body(s: Scene) -> None:
    client = s.api()
    answers = [
        client.post(s.json + "messages/", f'{{"body": "{n}"}}', JSON, HTTP_IDEMPOTENCY_KEY="k")
        for n in (1, 2)
    ]
    assert [answer.status_code for answer in answers] == [201, 422]


@attack(REFUSED)
def a_path_that_climbs(s: Scene) -> None:
    client = s.of(s.sam)
    for path in (
        "/static/../mdo_desk/settings.py",
        "/static/%2e%2e/manage.py",
        "/bijlagen/..%2f..%2fsecret_key/",
        "/beheer/desk/postbus/../../secret_key",
    ):
        assert client.get(path).status_code in (302, 404)
