"""Which Release a contractant uses, and who runs how far behind (art. 5.2, SLA 11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from changes import usage_queries
from changes.actions import release as releases
from changes.actions.usage import record_use
from changes.models import Release, ReleaseUse
from contractants.models import Contractant
from desk.door import Invalid, NotAllowed
from desk.models import Event
from desk.permissions import Role
from sla.queries import AMSTERDAM
from tests import factories
from tests.changes.conftest import Cast
from tests.pages.conftest import signed_in, text

NOW = datetime(2026, 6, 16, 10, 0, tzinfo=AMSTERDAM)
TODAY = NOW.date()
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def out(cast: Cast, name: str, days_ago: int, *, kind: str = "release", cve: str = "") -> Release:
    """A version that came out so many days ago, made compulsory on that day where `cve` says why."""
    at = NOW - timedelta(days=days_ago)
    release = cast.release(name, at.date(), kind=kind, at=at)
    releases.introduce(release, by=cast.manager, at=at, introduction="Nieuw.")
    if cve:
        releases.require(release, by=cast.manager, at=at, reason=cve)
    return cast.published(release, at)


def uses(
    cast: Cast, release: Release, days_ago: int = 0, contractant: Contractant | None = None
) -> ReleaseUse:
    return record_use(
        contractant or cast.contact.contractant, release, by=cast.agent, at=NOW, since=TODAY - timedelta(days=days_ago)
    )  # fmt: skip


@pytest.fixture
def four(cast: Cast) -> list[Release]:
    return [out(cast, f"8.{n}", 400 - n * 90) for n in range(4)]


def test_art_5_2_what_is_in_use_is_recorded_with_its_history_and_in_the_trail(
    cast: Cast, four: list[Release]
) -> None:
    uses(cast, four[0], 300)
    uses(cast, four[2], 10)
    again = uses(cast, four[2], 10)
    assert list(usage_queries.history(cast.contact.contractant)) == list(ReleaseUse.objects.all())
    assert ReleaseUse.objects.count() == 2
    assert (again.release, again.since) == (four[2], TODAY - timedelta(days=10))
    events = Event.objects.filter(case_type="contractant", case_id=cast.contact.contractant_id)
    assert [(event.verb, event.actor) for event in events] == [("use_release", cast.agent)] * 2
    assert events[1].data == {
        "release": four[2].number, "since": again.since.isoformat(), "before": four[0].number,
    }  # fmt: skip


def test_what_cannot_be_is_refused_by_field(cast: Cast, four: list[Release]) -> None:
    uses(cast, four[1], 20)
    ahead = cast.release("9.0", date(2026, 9, 1))
    foreign = out(cast, "1.0", 30, kind="patch")
    foreign.service = factories.ServiceFactory.create(slug="elders")
    foreign.save(update_fields=["service"])
    for release, since, field in (
        (ahead, TODAY, "release"), (foreign, TODAY, "release"), (four[3], TODAY + timedelta(days=1), "since"),
        (four[3], TODAY - timedelta(days=131), "since"), (four[2], TODAY - timedelta(days=21), "since"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            record_use(cast.contact.contractant, release, by=cast.agent, at=NOW, since=since)
        assert set(refused.value.errors) == {field}
    with pytest.raises(NotAllowed):
        record_use(cast.contact.contractant, four[3], by=cast.contact.user, at=NOW, since=TODAY)
    assert ReleaseUse.objects.count() == 1


def listed(view: str) -> set[str]:
    known = usage_queries.known(NOW)
    chosen = next(one for one in usage_queries.VIEWS if one.slug == view).chosen(known)
    return {one.name for one in usage_queries.contractants(usage_queries.held(NOW).filter(chosen))}


def holder(cast: Cast, name: str, **contract: Any) -> Contractant:
    made = factories.ContractantFactory.create(name=name)
    factories.ContractFactory.create(contractant=made, service=cast.service, **contract)
    return made


def test_art_5_2_and_sla_11_the_views_say_who_is_behind(cast: Cast, four: list[Release]) -> None:
    out(cast, "8.3.1", 100, kind="update", cve="Een ernstige kwetsbaarheid.")
    new = out(cast, "8.3.2", 1, kind="patch")
    for name, release in (("Ver", four[0]), ("Grens", four[1]), ("Bij", new)):
        uses(cast, release, 0, holder(cast, name))
    uses(cast, four[3], 50, holder(cast, "Terug"))
    uses(cast, four[0], 0, holder(cast, "Weg", ends_on=TODAY - timedelta(days=1)))
    own = cast.contact.contractant.name
    assert listed("behind") == {"Ver", "Grens"}
    assert listed("move") == {"Ver", "Grens", "Terug"}  # the update is compulsory for 100 days
    assert listed("required") == {"Ver", "Grens", "Terug"}
    assert (listed("unsupported"), listed("unknown")) == (set(), {own})
    assert listed("all") == {"Ver", "Grens", "Bij", "Terug", own}
    found = usage_queries.counts(NOW, usage_queries.known(NOW))
    assert found == {"behind": 2, "move": 3, "unsupported": 0, "required": 3, "unknown": 1, "all": 5}
    with time_machine.travel(NOW + timedelta(days=731)):
        assert "Bij" in {
            one.name for one in usage_queries.contractants(
                usage_queries.held(NOW + timedelta(days=731)).filter(
                    use__in=usage_queries.known(NOW + timedelta(days=731)).ids(lambda one: not one.is_supported)
                )
            )
        }  # fmt: skip


def test_staff_see_who_is_behind_and_record_what_is_used(cast: Cast, four: list[Release]) -> None:
    client, own = signed_in(cast.agent), cast.contact.contractant
    assert "Hier is niemand" in text(client.get("/releases/gebruik/"))
    assert own.name in text(client.get("/releases/gebruik/?view=unknown"))
    page = f"/releases/gebruik/{own.public_id}/"
    wrong = client.post(page, {"release": four[0].pk, "since": "2020-01-01"})
    assert (wrong.status_code, 'value="2020-01-01"' in text(wrong)) == (422, True)
    done = client.post(page, {"release": four[0].pk, "since": TODAY.isoformat()}, follow=True)
    assert "vastgelegd" in text(done)
    shown = text(client.get("/releases/gebruik/"))
    assert (own.name in shown, "3 releases" in shown, "te ver" in shown) == (True, True, True)
    assert own.name in text(client.get(f"/releases/gebruik/?q={own.name[:6]}"))
    assert "Niets gevonden" in text(client.get("/releases/gebruik/?q=zeehond%00"))
    assert own.name in text(client.get(four[0].get_absolute_url()))
    assert "Van geen contractant" in text(client.get(four[3].get_absolute_url()))
    assert own.name in text(client.get(f"/releases/gebruik/?release={four[0].number}"))
    assert "1 contractant moet bijwerken" in text(client.get("/releases/"))
    director = signed_in(factories.staff(Role.MANAGEMENT))
    assert "Nieuwe stand vastleggen" not in text(director.get(page))
    assert director.post(page, {"release": four[3].pk, "since": TODAY.isoformat()}).status_code == 403


def test_a_contact_reads_the_own_situation_in_words(cast: Cast, four: list[Release]) -> None:
    client = signed_in(cast.contact.user)
    assert "Welke versie u gebruikt, weten wij niet." in text(client.get("/portaal/releases/"))
    uses(cast, four[2], 5)
    told = text(client.get("/portaal/releases/"))
    assert "U gebruikt 8.2. Die wordt ondersteund tot en met" in told
    assert "De nieuwste release is 8.3: u loopt 1 release achter." in told
    out(cast, "8.3.1", 3, kind="update", cve="Kwetsbaarheid.")
    told = text(client.get("/portaal/releases/"))
    assert (
        "Versie 8.3.1 is om veiligheidsredenen verplicht. Voer die, of een latere, uiterlijk 12 september 2026 door."
        in told
    )
    stranger = factories.contact()
    assert "U gebruikt" not in text(signed_in(stranger.user).get("/portaal/releases/"))


def test_the_api_records_and_tells_where_somebody_stands(cast: Cast, four: list[Release]) -> None:
    own = cast.contact.contractant
    desk, contact, other = (
        Client(HTTP_AUTHORIZATION=f"Bearer {factories.token(user=user)}")
        for user in (cast.agent, cast.contact.user, factories.contact().user)
    )
    body = {"contractant": str(own.public_id), "release": four[0].number, "since": TODAY.isoformat()}
    url = "/api/v1/release-uses/"
    made = desk.post(url, body, content_type="application/json")
    assert (made.status_code, made.json()["standing"]["too_far"]) == (201, True)
    assert contact.post(url, body, content_type="application/json").status_code == 403
    assert other.post(url, body, content_type="application/json").status_code == 400
    uses(cast, four[3])
    now, before = contact.get(url).json()["results"]
    assert (now["current"], now["standing"]["behind"], now["name"]) == (True, 0, "8.3")
    assert (before["current"], before["standing"]) == (False, None)
    assert len(desk.get(url, {"current": "true"}).json()["results"]) == 1
    assert other.get(url).json()["results"] == []


def test_beheer_shows_what_is_recorded(cast: Cast, four: list[Release]) -> None:
    use = uses(cast, four[1])
    client = signed_in(cast.agent)
    assert "8.1" in text(client.get("/beheer/changes/releaseuse/"))
    assert client.get(f"/beheer/changes/releaseuse/{use.pk}/change/").status_code == 200
    assert client.get("/beheer/changes/releaseuse/add/").status_code == 403


def test_the_list_has_pages_and_asks_the_same_of_many(cast: Cast, four: list[Release]) -> None:
    for n in range(120):
        made = holder(cast, f"Zorg {n:03}")
        ReleaseUse.objects.create(
            contractant=made, service=cast.service, release=four[n % 3], since=TODAY, recorded_by=cast.agent,
            recorded_at=NOW,
        )  # fmt: skip
    client, seen = signed_in(cast.agent), []
    url = "/releases/gebruik/?view=behind"
    while url:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url)
        assert len(asked) <= 15, [query["sql"][:90] for query in asked.captured_queries]
        seen += [row["contractant"].name for row in page.context["rows"]]
        url = page.context["next_url"]
    assert seen == [f"Zorg {n:03}" for n in range(120)]
    back = client.get(page.context["previous_url"])
    assert [row["contractant"].name for row in back.context["rows"]] == seen[50:100]
    assert client.get("/releases/gebruik/?after=W251bGxd").status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.get(four[0].get_absolute_url()).context["more_users"]
    assert len(asked) <= 15
