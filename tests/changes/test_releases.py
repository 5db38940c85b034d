"""Releases: the calendar, their notes and documents, how long they are supported, and who is told (SLA 11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from changes import queries
from changes.actions import change as changes
from changes.actions import release as releases
from changes.models import Change, Release, ReleaseDocument
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import ApiToken, Notice
from tests import factories
from tests.changes.conftest import LATER, Cast
from tests.factories import MOMENT
from tests.pages.conftest import signed_in, text


def test_sla_11_a_version_of_a_dienst_is_planned_once(cast: Cast) -> None:
    release = cast.release()
    assert (release.number[:4], release.main_version, release.title) == ("R26-", 8, "Dienst MDO 8.2")
    for name, day, field in (
        ("8.2", date(2026, 9, 1), "name"),
        ("acht", date(2026, 9, 1), "name"),
        ("8.3", date(2026, 6, 15), "planned_on"),
    ):
        with pytest.raises(Invalid) as refused:
            cast.release(name, day)
        assert set(refused.value.errors) == {field}
    with pytest.raises(NotAllowed):
        releases.register(
            by=cast.agent,
            at=MOMENT,
            kind="patch",
            service=cast.service,
            name="8.4",
            planned_on=date(2026, 9, 1),
        )


def test_sla_11_two_a_year_or_the_calendar_says_what_lacks(cast: Cast) -> None:
    cast.release()
    cast.release("8.2.1", kind="patch")
    withdrawn = cast.release("8.3", date(2026, 12, 1))
    releases.withdraw(withdrawn, by=cast.manager, at=LATER, reason="Uitgesteld")
    assert queries.short(2026) == [(cast.service, 1)]
    cast.release("8.3", date(2026, 12, 1))
    assert queries.short(2026) == []
    assert queries.short(2027) == [(cast.service, 2)]


def test_it_goes_out_only_when_all_of_it_is_accepted(cast: Cast) -> None:
    release = cast.release()
    with pytest.raises(NotNow):
        cast.published(release)
    releases.thaw(release, by=cast.manager, at=LATER)
    change = cast.accepted(release)
    changes.send_back(change, by=cast.agent, at=LATER, reason="Nog een fout")
    with pytest.raises(NotNow, match="geaccepteerd"):
        cast.published(release)
    assert Release.objects.get().state == "frozen"


def test_sla_11_support_ends_after_two_years_or_when_two_newer_ones_are_out(cast: Cast) -> None:
    for name, years in (("7.0", 0), ("8.0", 1), ("9.0", 1)):
        at = MOMENT + timedelta(days=365 * years + int(name[0]))
        release = cast.release(name, at.date(), at=at)
        releases.introduce(release, by=cast.manager, at=at, introduction="Nieuw")
        cast.published(release, at)
    ends = dict(Release.objects.values_list("name", "supported_until"))
    assert ends == {"7.0": date(2027, 6, 24), "8.0": date(2029, 6, 23), "9.0": date(2029, 6, 24)}
    past = queries.past_support(cast.agent, date(2027, 6, 25))
    assert [one.name for one in past] == ["7.0"]
    releases.end_support(past[0], by=cast.manager, at=MOMENT + timedelta(days=400))
    assert not queries.past_support(cast.agent, date(2027, 6, 25))


def test_sla_11_a_cve_makes_it_compulsory_with_its_reason(cast: Cast) -> None:
    release = cast.release()
    with pytest.raises(Invalid):
        releases.require(release, by=cast.manager, at=LATER, reason="")
    releases.require(release, by=cast.manager, at=LATER, reason="CVE-2026-00001")
    assert release.is_compulsory
    with pytest.raises(NotNow):
        releases.require(release, by=cast.manager, at=LATER, reason="Nog eens")
    assert not Notice.objects.filter(key="release_required").exists()


def test_a_cve_is_told_once_it_is_out_and_not_of_what_is_withdrawn(cast: Cast) -> None:
    release = cast.release()
    releases.require(release, by=cast.manager, at=LATER, reason="CVE-2026-00001")
    cast.accepted(release)
    contact, staff = signed_in(cast.contact.user), signed_in(cast.agent)
    one, calendar = f"/portaal/releases/{release.number}/", "/portaal/releases/?jaar=2026"
    token = factories.token(ApiToken.Scope.AGENT, cast.contact.user)
    api = Client(HTTP_AUTHORIZATION=f"Bearer {token}")

    def told() -> list[bool]:
        row = api.get(f"/api/v1/releases/{release.number}/").json()
        return ["CVE-2026-00001" in text(contact.get(one)), "verplicht" in text(contact.get(one)),
                "verplicht" in text(contact.get(calendar)), row["compulsory"], bool(row["cve_reason"])]  # fmt: skip

    assert told() == [False] * 5
    assert "verplicht" in text(staff.get("/releases/?jaar=2026"))
    cast.published(release)
    assert told() == [True] * 5
    releases.withdraw(release, by=cast.manager, at=LATER, reason="Fout in het inloggen")
    assert told() == [False] * 5
    assert "Deze release is ingetrokken." in text(contact.get(one))
    assert not release.is_compulsory


def test_the_contacts_of_whoever_has_the_dienst_are_told(cast: Cast) -> None:
    colleague = factories.contact(contractant=cast.contact.contractant)
    factories.contact()
    former = factories.contact()
    factories.ContractFactory.create(
        contractant=former.contractant, service=cast.service, ends_on=date(2026, 6, 15)
    )
    release = cast.release()
    cast.accepted(release)
    cast.published(release)
    told = Notice.objects.filter(key="release_published").values_list("email", flat=True)
    assert set(told) == {cast.contact.user.email, colleague.user.email}


def test_what_is_withdrawn_gives_its_changes_back(cast: Cast) -> None:
    release = cast.release()
    cast.accepted(release)
    cast.published(release)
    releases.withdraw(release, by=cast.manager, at=LATER, reason="Fout in het inloggen")
    change = Change.objects.get()
    assert (change.state, change.release, change.ended_at) == ("honoured", None, None)
    keys = set(Notice.objects.values_list("key", flat=True))
    assert {"change_unplanned", "release_withdrawn"} <= keys


def test_what_moved_to_another_release_meanwhile_stays_there(cast: Cast) -> None:
    release, other = cast.release(), cast.release("8.3", date(2026, 12, 1))
    change = cast.accepted(other)
    changes.unplan(change, at=LATER, release=release)
    change.refresh_from_db()
    assert (change.state, change.release) == ("accepted", other)


def test_a_version_between_the_check_and_the_row_is_refused_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.release()
    monkeypatch.setattr(releases, "_check", lambda *given: None)
    with pytest.raises(Invalid) as refused:
        cast.release()
    assert set(refused.value.errors) == {"name"}
    assert Release.objects.count() == 1


def test_documents_are_for_contractants_once_it_is_out(cast: Cast) -> None:
    release = cast.release()
    file = SimpleUploadedFile("Handleiding.txt", b"Zo werkt het.")
    releases.attach(release, by=cast.agent, at=LATER, files=[file])
    rows = ReleaseDocument.objects.all()
    assert (rows.visible_to(cast.agent).count(), rows.visible_to(cast.contact.user).count()) == (1, 0)
    cast.accepted(release)
    cast.published(release)
    assert rows.visible_to(cast.contact.user).count() == 1
    assert rows.visible_to(factories.contact().user).count() == 0


def test_moving_it_is_told_with_its_reason(cast: Cast) -> None:
    release = cast.release()
    with pytest.raises(Invalid) as refused:
        releases.reschedule(release, by=cast.manager, at=LATER, planned_on=date(2026, 6, 1), reason=" ")
    assert set(refused.value.errors) == {"planned_on", "reason"}
    releases.reschedule(release, by=cast.manager, at=LATER, planned_on=date(2026, 10, 1), reason="Vakantie")
    assert release.planned_on == date(2026, 10, 1)
    shown = text(signed_in(cast.contact.user).get(f"/portaal/releases/{release.number}/"))
    assert "Vakantie" in shown
