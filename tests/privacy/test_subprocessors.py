"""A new sub-processor is announced, may be objected to for seven days, and starts only after that (VWO 7.1, 7.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from desk import notices
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Notice, User
from desk.permissions import Role
from domain.privacy import objections_end
from privacy.models import Objection, Subprocessor
from privacy.subprocessors import actions
from privacy.subprocessors.actions import Proposed
from sla.queries import AMSTERDAM
from tests import factories
from tests.factories import MOMENT
from tests.lives import Life, check

pytestmark = pytest.mark.django_db
OFFICER = {Role.PRIVACY_OFFICER}
END = datetime(2026, 6, 23, 22, 0, tzinfo=UTC)  # the end of the 23rd in Amsterdam, seven days after the 16th
SECOND = timedelta(seconds=1)


class Cast:
    def __init__(self) -> None:
        factories.load_policies()
        self.officer = factories.staff(Role.PRIVACY_OFFICER, email="o.brandsma@desk.example")
        self.mdo = factories.ServiceFactory.create()
        self.main = factories.contact(role="main_contact", user__email="hoofd@zorg.example")
        self.second = factories.contact(role="main_contact", user__email="tweede@zorg.example")
        self.without = factories.contact()  # no hoofdcontactpersoon there
        self.elsewhere = factories.contact(role="main_contact", user__email="elders@zorg.example")
        for who in (self.main, self.second, self.without):
            factories.ContractFactory.create(contractant=who.contractant, service=self.mdo)

    def proposed(self) -> Subprocessor:
        given = Proposed(
            "Rekenhuis Voorbeeld B.V.",
            "hosting",
            "alle gegevens",
            "Nederland",
            "VO-2026-7",
            services=[self.mdo],
        )
        return actions.register(given, by=self.officer, at=MOMENT)

    def announced(self) -> Subprocessor:
        return actions.make_known(self.proposed(), by=self.officer, at=MOMENT)


@pytest.fixture
def cast() -> Cast:
    return Cast()


LIFE: Life = {
    "make_known": ({"proposed"}, "announced", OFFICER),
    "object_to": ({"announced"}, None, {Role.CONTACT}),
    "record_objection": ({"announced"}, None, OFFICER),
    "answer": ({"announced"}, None, OFFICER),
    "activate": ({"announced"}, "active", OFFICER),
    "withdraw": ({"proposed", "announced"}, "withdrawn", OFFICER),
    "end": ({"active"}, "ended", OFFICER),
}


def test_every_transition_for_every_role(cast: Cast) -> None:
    case = cast.proposed()

    def make(state: str) -> Subprocessor:
        Subprocessor.objects.filter(pk=case.pk).update(state=state)
        return Subprocessor.objects.get(pk=case.pk)

    def prepare(going: object) -> None:
        change = going
        change.data["objection"] = 0  # type: ignore[attr-defined]

    people: dict[str, User] = {
        **{role: factories.UserFactory.create(role=role) for role in Role},
        Role.CONTACT: cast.main.user,
    }
    Objection.objects.create(pk=0, subprocessor=case, contractant=cast.main.contractant, by=cast.main.user,
                             received_at=MOMENT, reason="x")  # fmt: skip
    check(LIFE, make, people=people, prepare=prepare)


def test_vwo_7_2_every_main_contact_concerned_is_told_and_it_shows_whom_was_not_reached(cast: Cast, client: Client) -> None:  # fmt: skip
    case = cast.announced()
    told = Notice.objects.filter(key="subprocessor_announced")
    assert {one.email for one in told} == {"hoofd@zorg.example", "tweede@zorg.example"}
    notices.deliver(datetime(2100, 1, 1, tzinfo=UTC))
    Notice.objects.filter(email="tweede@zorg.example").update(dropped_at=MOMENT, dropped_because="rejected")
    body = Notice.objects.get(email="hoofd@zorg.example").body
    assert "uiterlijk dinsdag 23 juni 2026" in body
    client.force_login(cast.officer)
    page = client.get(case.get_absolute_url()).content.decode()
    assert str(cast.without.contractant) in page
    assert "geen hoofdcontactpersoon" in page
    assert "de mailbox weigert mail" in page
    assert "verzonden" in page
    assert str(cast.elsewhere.contractant) not in page


def test_vwo_7_2_seven_days_of_the_calendar_until_the_last_second(cast: Cast) -> None:
    case = cast.announced()
    assert case.objections_until == END
    with pytest.raises(NotNow, match="loopt nog"):
        actions.activate(case, by=cast.officer, at=END - SECOND)
    actions.object_to(case, by=cast.main.user, at=END - SECOND, reason="Wij willen dit niet.")
    with pytest.raises(NotNow, match="voorbij"):
        actions.object_to(case, by=cast.second.user, at=END, reason="Wij ook niet.")
    with pytest.raises(NotAllowed):
        actions.object_to(case, by=cast.elsewhere.user, at=MOMENT, reason="Niet van ons.")


def test_vwo_7_2_it_starts_only_when_every_objection_was_answered_and_none_honoured(cast: Cast) -> None:
    case = cast.announced()
    actions.object_to(case, by=cast.main.user, at=MOMENT, reason="Te ver weg.")
    with pytest.raises(NotNow, match="al bezwaar"):
        actions.object_to(case, by=cast.main.user, at=MOMENT, reason="Nog eens.")
    actions.record_objection(case, by=cast.officer, at=END, contractant=cast.second.contractant,
                             received_at=END - SECOND, reason="Per brief.")  # fmt: skip
    with pytest.raises(NotNow, match="niet beantwoord"):
        actions.activate(case, by=cast.officer, at=END)
    first, letter = Objection.objects.order_by("pk")
    with pytest.raises(Invalid):
        actions.answer(case, by=cast.officer, at=END, objection=first, honoured=False, answer="")
    actions.answer(
        case, by=cast.officer, at=END, objection=first, honoured=False, answer="Het blijft in Nederland."
    )
    with pytest.raises(NotNow, match="al beantwoord"):
        actions.answer(case, by=cast.officer, at=END, objection=first, honoured=True, answer="Toch wel.")
    actions.answer(case, by=cast.officer, at=END, objection=letter, honoured=True, answer="Eens.")
    with pytest.raises(NotNow, match="gehonoreerd"):
        actions.activate(case, by=cast.officer, at=END)
    actions.withdraw(case, by=cast.officer, at=END)
    told = Notice.objects.filter(key="subprocessor_answered").order_by("pk")
    assert [one.email for one in told] == ["hoofd@zorg.example", "tweede@zorg.example"]
    assert Notice.objects.filter(key="subprocessor_withdrawn").count() == 2


def test_without_objections_it_starts_at_the_end_and_stands_in_the_register(cast: Cast) -> None:
    case = cast.announced()
    actions.activate(case, by=cast.officer, at=END)
    assert (case.state, case.active_since) == ("active", END)
    assert Subprocessor.objects.visible_to(cast.without.user).get() == case
    assert not Subprocessor.objects.visible_to(cast.elsewhere.user).exists()
    actions.end(case, by=cast.officer, at=END)
    assert not Subprocessor.objects.visible_to(cast.without.user).exists()


def test_the_portal_takes_an_objection_while_it_may(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    case = cast.announced()
    Subprocessor.objects.update(objections_until=datetime(2100, 1, 1, tzinfo=UTC))
    url = f"/portaal/subverwerkers/{case.number}/"
    client.force_login(cast.without.user)
    assert case.name in client.get("/portaal/privacy/").content.decode()
    assert "Bezwaar maken" not in client.get(url).content.decode().replace("Bezwaar maken kan", "")
    assert client.post(f"{url}object_to/", {"reason": "Ik ben het niet"}).status_code == 403
    client.force_login(cast.main.user)
    assert "Bezwaar maken<" in client.get(url).content.decode()
    assert client.post(f"{url}object_to/", {"reason": ""}).status_code == 422
    assert client.post(f"{url}object_to/", {"reason": "Te ver weg."}).status_code == 302
    assert "Te ver weg." in client.get(url).content.decode()
    client.force_login(cast.second.user)
    assert "Te ver weg." not in client.get(url).content.decode(), (
        "an objection is between its contractant and us"
    )
    Subprocessor.objects.update(objections_until=MOMENT)
    assert client.post(f"{url}object_to/", {"reason": "Te laat"}).status_code == 409


def test_staff_propose_announce_and_answer_on_its_pages(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    given = {
        "name": "Belhuis",
        "task": "telefonie",
        "data": "nummers",
        "country": "België",
        "place": "eea",
        "agreement": "VO-8",
    }
    assert client.post("/privacy/subverwerkers/nieuw/", {**given, "country": ""}).status_code == 422
    assert client.post("/privacy/subverwerkers/nieuw/", given).status_code == 302
    case = Subprocessor.objects.get()
    assert client.post(f"{case.get_absolute_url()}do/make_known/", {"version": "1"}).status_code == 302
    assert "Belhuis" in client.get("/privacy/").content.decode()
    assert "Belhuis" in client.get("/privacy/subverwerkers/").content.decode()
    client.force_login(factories.staff())
    assert client.get("/privacy/subverwerkers/nieuw/").status_code == 403


def test_a_day_without_an_hour_changes_nothing_about_the_days() -> None:
    announced = datetime(
        2026, 10, 20, 22, 30, tzinfo=UTC
    )  # the 21st in Amsterdam, before the clock goes back
    assert objections_end(announced, 7, AMSTERDAM) == datetime(2026, 10, 28, 23, 0, tzinfo=UTC)
