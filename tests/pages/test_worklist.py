"""The worklist over HTTP: what is in it, in which order, for whom, and at what cost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from desk.models import User
from desk.permissions import Role
from incidents import actions
from incidents.actions.web_report import submit
from incidents.models import Channel, Kind, Level, Melding, Urgency, WebReport
from incidents.views import worklist
from tests import factories
from tests.pages.conftest import NOW, Count, signed_in, text

HTMX = {"HX-Request": "true", "HX-Target": "list"}


def numbers(response: Any) -> list[str]:
    """The Meldingen on the page, in order."""
    return re.findall(r'<tr id="(M[0-9-]+)"', response.content.decode())


def ago(**time: int) -> Melding:
    return factories.registered(at=NOW - timedelta(**time))


def test_order_of_work_is_priority_then_receipt(staff: Client) -> None:
    """SLA 4.1, 9.3, and how the desk reads it."""
    later = ago(hours=1)
    earlier = ago(hours=2)
    urgent = factories.registered(at=NOW, impact=Level.LARGE, urgency=Urgency.HIGH)
    assert numbers(staff.get("/meldingen/")) == [urgent.number, earlier.number, later.number]


def test_sorted_by_what_runs_out_first_those_without_a_deadline_come_last(staff: Client, agent: User) -> None:
    untimed = factories.registered(at=NOW - timedelta(days=1), kind=Kind.QUESTION, contacted=True, by=agent)
    actions.pick_up(untimed, by=agent, at=NOW, contacted=True)
    later, sooner = ago(hours=1), ago(days=1)
    assert numbers(staff.get("/meldingen/?sort=due")) == [sooner.number, later.number, untimed.number]


def test_a_row_shows_both_clocks_with_what_is_left(staff: Client) -> None:
    factories.registered(at=NOW - timedelta(hours=1))
    page = text(staff.get("/meldingen/"))
    assert "nog 3:00" in page  # 4 office hours from 09:11
    assert "13:11" in page
    assert "za" not in re.findall(r"<span>([a-z]{2}) 09:11</span>", page)
    assert "ma 09:11" in page  # 2 Werkdagen


def test_views_hold_what_their_counts_say(staff: Client, agent: User) -> None:
    mine = ago(hours=1)
    actions.pick_up(mine, by=agent, at=NOW)
    ago(hours=1)
    page = staff.get("/meldingen/?view=mine")
    assert numbers(page) == [mine.number]
    assert '<span>Van mij</span> <span class="count">1</span>' in text(page)
    assert '<span>Alles open</span> <span class="count">2</span>' in text(page)


def test_what_waits_for_confirmation_is_counted_beside_the_views(staff: Client) -> None:
    count = '<span>Onbevestigd</span> <span class="count">%d</span>'
    assert count % 0 in text(staff.get("/meldingen/"))
    for _n in range(2):
        submit(factories.report(channel=Channel.WEB, reporter_email="kim@nergens.example"), at=NOW)
    actions.confirm(WebReport.objects.earliest("pk"), by=None, at=NOW)
    assert count % 1 in text(staff.get("/meldingen/"))
    assert count % 1 in text(staff.get(reverse("incidents:web_reports")))


def test_late_is_what_the_clock_says_not_what_a_job_recorded(staff: Client) -> None:
    late = ago(days=2)
    ago(minutes=5)
    page = staff.get("/meldingen/?view=late")
    assert numbers(page) == [late.number]
    assert "te laat" in text(page)


@pytest.mark.parametrize("name", ["service", "contractant", "kind", "assignee"])
def test_choices_narrow(staff: Client, agent: User, name: str) -> None:
    who = factories.contact()
    wanted = factories.registered(
        at=NOW, contact=who, service=factories.ServiceFactory.create(slug="koppeling"), kind=Kind.QUESTION
    )
    actions.assign(wanted, by=agent, at=NOW, assignee=agent)
    factories.registered(at=NOW)
    value = getattr(wanted, f"{name}_id", wanted.kind)
    assert numbers(staff.get("/meldingen/", {name: value})) == [wanted.number]


@pytest.mark.parametrize(
    "query",
    [
        "view=x&sort=y",
        "service=abc",
        "kind=%00",
        "after=zzz",
        "before=WzFd",
        "after=WzEsMiwzXQ",
        "assignee=-1",
    ],
)
def test_nonsense_in_the_address_shows_the_worklist(staff: Client, query: str) -> None:
    melding = ago(hours=1)
    assert numbers(staff.get(f"/meldingen/?{query}")) == [melding.number]


@pytest.mark.parametrize("sort", ["work", "due", "newest"])
def test_pages_follow_each_other_without_a_gap_or_a_double(
    staff: Client, agent: User, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "ROWS", 3)
    for n in range(8):
        one = factories.registered(
            at=NOW - timedelta(hours=n % 3), kind=Kind.QUESTION if n % 2 else Kind.INCIDENT
        )
        actions.pick_up(one, by=agent, at=NOW, contacted=True)  # a question then has no deadline left
    whole = [numbers(page) for page in _walk(staff, f"/meldingen/?sort={sort}", "next")]
    assert [len(page) for page in whole] == [3, 3, 2]
    assert len({number for page in whole for number in page}) == 8
    last = "/meldingen/" + _neighbour(
        staff.get("/meldingen/" + _neighbour(staff.get(f"/meldingen/?sort={sort}"), "next")), "next"
    )
    assert [numbers(page) for page in _walk(staff, last, "prev")] == whole[::-1]


def _walk(staff: Client, address: str, way: str) -> list[Any]:
    pages = [staff.get(address)]
    while place := _neighbour(pages[-1], way):
        pages.append(staff.get("/meldingen/" + place))
    return pages


def _neighbour(page: Any, way: str) -> str:
    found = re.search(rf'rel="{way}" href="([^"]+)"', page.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def test_refreshing_answers_with_the_list_and_the_counts_alone(staff: Client) -> None:
    melding = ago(hours=1)
    part = staff.get("/meldingen/", headers=HTMX)
    assert numbers(part) == [melding.number]
    assert "<html" not in text(part)
    assert 'id="views" hx-swap-oob="true"' in text(part)


def test_going_back_in_the_browser_gets_the_whole_page(staff: Client) -> None:
    assert "<html" in text(staff.get("/meldingen/", headers={**HTMX, "HX-History-Restore-Request": "true"}))


def test_a_page_that_refreshes_itself_after_signing_out_goes_to_the_sign_in() -> None:
    assert Client().get("/meldingen/", headers=HTMX)["HX-Refresh"] == "true"


def test_everyone_sees_a_p1_until_it_is_picked_up(staff: Client, agent: User) -> None:
    alarm = factories.registered(at=NOW, impact=Level.LARGE, urgency=Urgency.HIGH, channel=Channel.PORTAL)
    banner = text(staff.get("/meldingen/banner/"))
    assert alarm.number in banner
    assert "nog 1:00 om op te pakken" in banner
    assert "nog niet telefonisch overgedragen" in banner
    staff.post(f"/meldingen/{alarm.number}/do/pick_up/", {"version": alarm.version})
    assert alarm.number not in text(staff.get("/meldingen/banner/"))
    alarm.refresh_from_db()
    assert alarm.assignee == agent
    assert alarm.events().get(verb="pick_up").data["diagnosed"] is True


def test_whoever_may_not_pick_up_gets_no_button(staff: Client) -> None:
    factories.registered(at=NOW, impact=Level.LARGE, urgency=Urgency.HIGH)
    assert "<button" not in text(signed_in(factories.staff(Role.MANAGEMENT)).get("/meldingen/banner/"))


@pytest.mark.parametrize(
    "address", ["/meldingen/", "/meldingen/?sort=due", "/meldingen/?view=all", "/zoeken/?q=scherm"]
)
def test_the_same_number_of_queries_with_1_and_30_rows(queries: Count, address: str) -> None:
    who, service = factories.contact(), factories.ServiceFactory.create()
    factories.registered(at=NOW, contact=who, service=service)
    with_one = queries(address)
    for n in range(29):
        factories.registered(at=NOW - timedelta(minutes=n), contact=factories.contact(), service=service)
    assert queries(address) == with_one <= 15


def test_a_visitor_signs_in_first(db: None) -> None:
    assert Client().get("/meldingen/")["Location"] == "/account/login/?next=/meldingen/"


@pytest.mark.parametrize(
    "address",
    ["/meldingen/", "/meldingen/nieuw/", "/zoeken/?q=a", "/meldingen/onbevestigd/", "/meldingen/banner/"],
)
def test_a_contact_has_no_business_here(db: None, address: str) -> None:
    assert signed_in(factories.contact().user).get(address).status_code == 403


def test_home_is_the_page_that_is_theirs(staff: Client) -> None:
    assert staff.get("/")["Location"] == "/meldingen/"
    assert signed_in(factories.contact().user).get("/")["Location"] == "/portaal/"
    assert Client().get("/")["Location"] == "/start/"


def test_everything_is_there_in_english(staff: Client, agent: User) -> None:
    melding = factories.registered(at=NOW - timedelta(hours=1))
    actions.pick_up(melding, by=agent, at=NOW, contacted=True)
    staff.cookies["django_language"] = "en"
    for address, words in (
        ("/meldingen/", ["Worklist", "All open", "Order of work"]),
        (melding.get_absolute_url(), ["picked it up", "Response time met in 1:00.", "Why this time?"]),
        ("/meldingen/nieuw/", ["Who is calling?", "Impact and urgency"]),
        ("/zoeken/?q=x", ["Search"]),
    ):
        page = text(staff.get(address))
        assert '<html lang="en">' in page
        assert [word for word in words if word not in page] == []
        assert not re.findall(
            r">(?:Werkvoorraad|Oplossen|Toewijzen|Zoeken|Behandelaar|Gegevens|Onderwerp)<", page
        )


def test_more_than_can_be_counted_still_opens(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.counts.MOST", 1)
    for _n in range(3):
        factories.registered()
    assert "1+ meldingen" in text(staff.get("/meldingen/"))
