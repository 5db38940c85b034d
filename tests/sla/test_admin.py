"""Beheer of calendars, policies and contracts: what keepers fill in, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contractants.models import Contractant, Service
from desk.models import User
from desk.permissions import Role
from sla.actions import new_calendar_version, new_policy_version
from sla.models import Calendar, CalendarDay, CalendarVersion, Contract, Policy, PolicyVersion
from tests.sla.conftest import NOW


@pytest.fixture
def beheer(client: Client, keeper: User) -> Client:
    client.force_login(keeper)
    return client


@pytest.fixture
def draft(office_hours: Calendar) -> CalendarVersion:
    return new_calendar_version(office_hours, by=None, at=NOW)


@pytest.fixture
def policy_draft(mdo: Policy) -> PolicyVersion:
    return new_policy_version(mdo, by=None, at=NOW)


def page(row: Any) -> str:
    return reverse(f"admin:sla_{row._meta.model_name}_change", args=[row.pk])


def do(beheer: Client, row: Any, name: str) -> str:
    """Press a button on the page of `row`; returns the page that follows."""
    url = reverse(f"admin:sla_{row._meta.model_name}_do", args=[row.pk, name])
    return beheer.post(url, follow=True).content.decode()


class Filled(HTMLParser):
    """What a beheer would send for the main form of an admin page, as it was filled in by the server."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self._in_form = False
        self._name = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = given.get("id", "").endswith("_form")
        elif tag in {"select", "textarea"}:
            self._name = given["name"]
            self.data[self._name] = ""
        elif tag == "option" and "selected" in given:
            self.data[self._name] = given["value"]
        elif tag == "input" and self._in_form and "name" in given:
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        sent = given["type"] not in {"submit", "checkbox"} or "checked" in given
        if sent:
            self.data[given["name"]] = given.get("value", "")

    def handle_data(self, text: str) -> None:
        if self.lasttag == "textarea" and not self.data.get(self._name):
            self.data[self._name] = text.strip()


@pytest.fixture
def save(beheer: Client) -> Callable[..., Any]:
    """Send the form of `row` as the page shows it, with some fields changed."""

    def send(row: Any, **changes: Any) -> Any:
        filled = Filled(beheer.get(page(row)).content.decode()).data
        return beheer.post(page(row), {**filled, **changes})

    return send


# -- calendars


def test_from_new_version_to_frozen(beheer: Client, office_hours: Calendar) -> None:
    assert "Kantoortijden, versie 2</a> is gemaakt, als concept." in do(beheer, office_hours, "new_version")
    draft = office_hours.versions.get(number=2)

    assert "11 dagen voorgesteld" in do(beheer, draft, "propose_holidays")
    assert "Nog te beoordelen: 1 januari 2031 (Nieuwjaarsdag)" in do(beheer, draft, "freeze")
    draft.days.filter(status=CalendarDay.Status.PROPOSED).update(status=CalendarDay.Status.ACCEPTED)
    assert "Kantoortijden, versie 2 is vastgesteld" in do(beheer, draft, "freeze")
    draft.refresh_from_db()
    assert draft.frozen_at is not None


def test_hours_are_written_as_people_write_them(save: Any, draft: CalendarVersion) -> None:
    answer = save(draft, day_0="08:30-12:30, 13:00-17:00", day_5="10:00-12:00")
    assert answer.status_code == 302, answer.context["errors"]
    draft.refresh_from_db()
    assert draft.weekly["0"] == [["08:30", "12:30"], ["13:00", "17:00"]]
    assert draft.weekly["5"] == [["10:00", "12:00"]]
    assert draft.weekly["4"] == [["09:00", "15:30"]]
    assert draft.days.count() == 77


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"day_1": "9-17"}, "day_1", "dinsdag: 9 is geen tijd als 09:00."),
        ({"day_1": "hele dag"}, "day_1", "dinsdag: schrijf een tijdvak als 09:00-17:00."),
        ({"day_1": "17:00-09:00"}, "day_1", "dinsdag: het tijdvak 17:00-09:00 eindigt niet na zijn begin."),
        ({"day_1": "09:00-13:00, 12:00-17:00"}, "day_1", "dinsdag: 09:00-13:00 en 12:00-17:00 overlappen"),
        ({"tz": "Europe/Utrecht"}, "tz", "Onbekende tijdzone: Europe/Utrecht."),
        ({f"day_{n}": "" for n in range(7)}, "__all__", "Deze kalender gaat nooit open."),
    ],
)
def test_wrong_hours_are_named_at_their_field(
    save: Any, draft: CalendarVersion, changes: dict[str, str], field: str, message: str
) -> None:
    answer = save(draft, **changes)
    assert answer.status_code == 200
    assert message in answer.context["adminform"].form.errors[field][0]


def test_a_day_with_other_hours(save: Any, draft: CalendarVersion) -> None:
    """SLA 2.8, 4.1: the afternoon before Christmas."""
    rows = draft.days.filter(date__year__gte=timezone.localdate().year).count()
    new = {
        "date": "2031-12-24", "name": "Middag voor kerst", "kind": "special", "windows": "09:00-12:00",
        "origin": "announced", "status": "accepted",
    }  # fmt: skip
    answer = save(draft, **{f"days-{rows}-{name}": value for name, value in new.items()})
    assert answer.status_code == 302
    assert draft.days.get(date="2031-12-24").windows == [["09:00", "12:00"]]


def test_a_frozen_version_is_only_shown(beheer: Client, office_hours: Calendar) -> None:
    frozen = office_hours.versions.get()
    html = beheer.get(page(frozen)).content.decode()
    assert "maandag: 09:00 – 17:00" in html
    assert "Tweede Paasdag" in html
    assert 'name="_save"' not in html
    assert beheer.post(page(frozen), {"tz": "UTC"}).status_code == 403
    assert "ligt vast" in do(beheer, frozen, "freeze")
    delete = reverse("admin:sla_calendarversion_delete", args=[frozen.pk])
    assert beheer.post(delete, {"post": "yes"}).status_code == 403


# -- policies


def test_a_policy_draft_is_saved_and_published(
    save: Any, beheer: Client, policy_draft: PolicyVersion
) -> None:
    answer = save(policy_draft, label="SLA 1.1", warnings="60,90", matrix_small_high="2")
    assert answer.status_code == 302, answer.context["errors"]
    policy_draft.refresh_from_db()
    assert (policy_draft.label, policy_draft.warnings) == ("SLA 1.1", [60, 90])
    assert policy_draft.matrix["small"]["high"] == 2
    assert len(policy_draft.phone_lines) == 2

    assert "VECOZO Dienst MDO, SLA 1.1 geldt voor wat binnenkomt vanaf" in do(beheer, policy_draft, "publish")
    policy_draft.refresh_from_db()
    assert policy_draft.published_at is not None


def test_sla_9_1_precedence_guards_saving(save: Any, policy_draft: PolicyVersion) -> None:
    """SLA 9.1: the objection stands at the target, with the receipt that shows it, and nothing is saved."""
    answer = save(policy_draft, **{"targets-5-amount": "20"})
    assert answer.status_code == 200
    targets = answer.context["inline_admin_formsets"][0].formset
    errors = {form.instance.priority: form.errors for form in targets.forms if form.errors}
    assert list(errors) == [2]
    assert "wat binnenkomt op" in errors[2]["amount"][0]
    assert policy_draft.targets.get(clock="resolution", priority=2).amount == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"matrix_large_high": "4"}, "matrix_large_high"),
        ({"matrix_large_low": ""}, "matrix_large_low"),
        ({"warnings": "0,50"}, "warnings"),
        ({"phone_lines": "Supportafdeling 013"}, "phone_lines"),
        ({"starts_on": "straks"}, "starts_on"),
    ],
)
def test_wrong_figures_are_named_at_their_field(
    save: Any, policy_draft: PolicyVersion, changes: dict[str, str], field: str
) -> None:
    answer = save(policy_draft, **changes)
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_a_target_can_only_use_a_frozen_calendar(
    save: Any, policy_draft: PolicyVersion, draft: CalendarVersion
) -> None:
    answer = save(policy_draft, **{"targets-1-calendar": draft.pk})
    assert answer.status_code == 200
    assert "calendar" in answer.context["inline_admin_formsets"][0].formset.forms[1].errors


def test_a_published_version_is_only_shown(beheer: Client, mdo: Policy) -> None:
    html = beheer.get(page(mdo.versions.get())).content.decode()
    assert "groot × hoog: P1" in html
    assert "013 - 46 25 641" in html
    assert 'name="_save"' not in html


def test_another_policy_becomes_the_default(beheer: Client, mdo: Policy) -> None:
    empty = Policy.objects.create(slug="zorgsoft", name="Zorgsoft", supplier="Zorgsoft BV")
    assert "Publiceer eerst een versie" in do(beheer, empty, "make_default")
    do(beheer, Policy.objects.get(slug="intramed"), "make_default")
    assert Policy.objects.get(is_default=True).slug == "intramed"


def test_an_unknown_button_is_not_found(beheer: Client, mdo: Policy, office_hours: Calendar) -> None:
    for row in (mdo, mdo.versions.get(), office_hours, office_hours.versions.get()):
        url = reverse(f"admin:sla_{row._meta.model_name}_do", args=[row.pk, "drop"])
        assert beheer.post(url).status_code == 404


# -- contracts


def test_a_contract_that_overlaps_is_refused_on_the_form(beheer: Client, mdo: Policy) -> None:
    contractant = Contractant.objects.create(name="Ziekenhuis Oost")
    service = Service.objects.create(slug="mdo", name="Dienst MDO")
    Contract.objects.create(contractant=contractant, service=service, policy=mdo, starts_on=date(2026, 1, 1))
    given = {
        "contractant": contractant.pk,
        "service": service.pk,
        "policy": mdo.pk,
        "starts_on": "2026-06-01",
    }
    answer = beheer.post(reverse("admin:sla_contract_add"), given)
    assert answer.status_code == 200
    assert "Er is al een contract" in answer.content.decode()
    assert Contract.objects.count() == 1


# -- who may


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.MANAGEMENT])
def test_other_staff_may_look_and_nothing_else(
    client: Client, mdo: Policy, policy_draft: PolicyVersion, role: str
) -> None:
    user = User.objects.create_user("kijker@example.nl", name="Kim Kijker", role=role)
    client.force_login(user)
    html = client.get(page(policy_draft)).content.decode()
    assert "Publiceren" not in html
    assert client.post(page(policy_draft), {"label": "x"}).status_code == 403
    url = reverse("admin:sla_policyversion_do", args=[policy_draft.pk, "publish"])
    assert client.post(url).status_code == 403
    assert client.post(reverse("admin:sla_policy_do", args=[mdo.pk, "make_default"])).status_code == 403
    policy_draft.refresh_from_db()
    assert policy_draft.is_draft


@pytest.mark.parametrize("model", ["calendar", "calendarversion", "policy", "policyversion", "contract"])
def test_lists_cost_the_same_with_more_rows(
    beheer: Client, mdo: Policy, office_hours: Calendar, model: str
) -> None:
    url = reverse(f"admin:sla_{model}_changelist")
    beheer.get(url)
    with CaptureQueriesContext(connection) as few:
        assert beheer.get(url).status_code == 200
    for number in range(5):
        new_policy_version(mdo, by=None, at=NOW)
        new_calendar_version(office_hours, by=None, at=NOW)
        Contract.objects.create(
            contractant=Contractant.objects.create(name=f"Ziekenhuis {number}"),
            service=Service.objects.create(slug=f"dienst-{number}", name=f"Dienst {number}"),
            policy=Policy.objects.create(slug=f"p{number}", name=f"P {number}", supplier="Zorgsoft BV"),
            starts_on=date(2026, 1, 1),
        )
        Calendar.objects.create(slug=f"k{number}", name=f"Kalender {number}")
    with CaptureQueriesContext(connection) as many:
        assert beheer.get(url).status_code == 200
    assert len(many) == len(few)


def test_the_page_of_a_version_costs_no_query_per_row(beheer: Client, policy_draft: PolicyVersion) -> None:
    beheer.get(page(policy_draft))
    with CaptureQueriesContext(connection) as queries:
        beheer.get(page(policy_draft))
    assert len(queries) <= 15
