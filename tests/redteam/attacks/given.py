"""What is given where something else is asked."""

from __future__ import annotations

import json
from time import monotonic

from desk.models import ApiToken
from incidents.models import Melding, Message
from tests.redteam.scene import Record, Scene, attack

JSON = "application/json"


@attack(Record("api:meldingen", "stranger", result="failed"))
def more_fields_than_there_are(s: Scene) -> None:
    """Mass assignment: what a caller may not decide, it cannot say."""
    body = {
        "kind": "question", "subject": "x", "description": "y", "priority": 1, "state": "closed", "number": "M26-00099",
        "contractant": s.noor.contractant_id, "is_staff": True, "received_at": "2020-01-01T00:00:00Z", "assignee": s.sam.pk,
    }  # fmt: skip
    answer = s.of(s.stranger.user).post("/api/v1/meldingen/", json.dumps(body), JSON)
    assert answer.status_code == 400
    assert {one["field"] for one in answer.json()["errors"]} == set(body) - {"kind", "subject", "description"}
    assert not Melding.objects.exclude(pk=s.melding.pk).exists()


@attack(Record("admin:incidents_melding_change", "sam", "melding"))
def the_state_is_posted_in_the_form_of_beheer(s: Scene) -> None:
    s.of(s.sam).post(f"/beheer/incidents/melding/{s.melding.pk}/change/", {"state": "closed", "subject": "x"})
    s.melding.refresh_from_db()
    assert (s.melding.state, s.melding.subject) == ("received", "GEHEIM onderwerp")


@attack(Record("api:meldingen", "machine", result="failed"))
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


@attack(Record("incidents:search", "sam", result="done"))
def searching_with_what_a_database_would_read(s: Scene) -> None:
    client = s.of(s.sam)
    for words in (
        "' OR 1=1 --",
        ":*!&|",
        "a OR " * 1000,
        "%",
        "_",
        "\\",
        "(" * 5000,
        "x\x00y",
        "a" * 10_000,
        "(a+)+$" + "a" * 60,
    ):
        began = monotonic()
        assert client.get("/zoeken/", {"q": words}).status_code in (200, 400, 422)
        assert monotonic() - began < 3, "one, on a machine that does nothing else"


@attack(Record("close", "machine", "melding"))
def closing_twice(s: Scene) -> None:
    client = s.api()
    client.post(s.json + "pick_up/", "{}", JSON)
    assert client.post(s.json + "resolve/", '{"solution": "Gedaan.", "how": "told"}', JSON).status_code == 200
    assert [client.post(s.json + "close/", "{}", JSON).status_code for _time in range(2)] == [200, 409]
    assert [event.verb for event in s.melding.events()].count("close") == 1


@attack(Record("reply", "noor", "melding", "failed"))
def a_bsn_typed_in_a_melding(s: Scene) -> None:
    answer = s.of(s.noor.user).post(s.portal + "reply/", {"body": "Het gaat om BSN 123456782."})
    assert answer.status_code == 422
    assert not Message.objects.filter(body__contains="123456782").exists()


@attack(Record("note", "noor", "melding"))
def json_that_says_the_same_twice(s: Scene) -> None:
    """The last one counts, everywhere alike, and is judged."""
    answer = s.of(s.noor.user).post(
        s.json + "messages/", '{"visibility": "public", "visibility": "internal", "body": "x"}', JSON
    )
    assert answer.status_code == 403


@attack(Record("api:messages", "noor", "melding", "failed"))
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


@attack(Record("api:melding", "noor", "melding"))
def a_method_in_a_header_or_a_field(s: Scene) -> None:
    client = s.of(s.noor.user)
    assert client.post(s.json, "{}", JSON, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE").status_code == 405
    assert client.post(s.json + "?_method=PATCH", "{}", JSON).status_code == 405
    assert client.delete(s.json).status_code == 405


@attack(Record("accept", "machine", "melding"), Record("reopen", "machine", "melding"))
def a_step_that_the_state_does_not_admit(s: Scene) -> None:
    client = s.api()
    assert client.post(s.json + "accept/", "{}", JSON).status_code in (403, 409)
    assert client.post(s.json + "reopen/", '{"reason": "x"}', JSON).status_code == 409


@attack(Record("api:contacted", "machine", "melding"))
def a_page_that_is_stale(s: Scene) -> None:
    client = s.api()
    client.post(s.json + "pick_up/", "{}", JSON)
    assert client.post(s.json + "contacted/", "{}", JSON, HTTP_IF_MATCH='"1"').status_code == 412


@attack(Record("api:messages", "machine", "melding", "failed"))
def a_key_used_again_with_another_body(s: Scene) -> None:
    client = s.api()
    answers = [
        client.post(s.json + "messages/", f'{{"body": "{n}"}}', JSON, HTTP_IDEMPOTENCY_KEY="k")
        for n in (1, 2)
    ]
    assert [answer.status_code for answer in answers] == [201, 422]


@attack(Record("unknown_address", "sam"))
def a_path_that_climbs(s: Scene) -> None:
    client = s.of(s.sam)
    for path in (
        "/static/../mdo_desk/settings.py",
        "/static/%2e%2e/manage.py",
        "/bijlagen/..%2f..%2fsecret_key/",
        "/beheer/desk/postbus/../../secret_key",
    ):
        assert client.get(path).status_code in (302, 404)
