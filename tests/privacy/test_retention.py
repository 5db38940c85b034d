"""What is kept for how long, what happens after that, and what a legal hold keeps (art. 7.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse
from PIL import Image

from complaints import actions as complaints
from complaints.actions import Received
from complaints.models import About
from contractants import actions as people
from desk import notices
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, InboundMail, Notice, WebhookDelivery, WebhookEndpoint
from desk.models.audit import AuditRecord
from desk.permissions import Role
from desk.texts import ERASED
from domain.months import Month
from incidents import actions
from incidents.models import Attachment, Melding
from privacy.breach.actions import Suspicion, open_incident
from privacy.models import Aspect, LegalHold, RetentionRule, RetentionRun, SecurityIncident, Tombstone
from privacy.retention import holds, queries, rules, running
from privacy.retention.kinds import KINDS
from reports.norm.counting import norm
from sla.queries import AMSTERDAM
from tests import factories
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CLOSED = MOMENT + 2 * timedelta(hours=1)
LATE = MOMENT + 800 * DAY
SECRET = "Janneke belde over mevrouw"

# Models with words or people in them that no rule is about, and why they may stay.
STAYS = {
    "desk.Event": "facts and keys alone, no words; the figures follow from it",
    "desk.MessageTemplate": "the supplier's own texts",
    "desk.Outbox": "the last error of the mail server",
    "desk.Heartbeat": "names of tasks",
    "desk.NoticePreference": "a choice, goes with its user",
    "desk.WebhookEndpoint": "addresses of systems",
    "privacy.SecurityIncident": "the register of breaches is kept (AVG art. 33(5)), with all that belongs to it",
    **dict.fromkeys(
        (
            "privacy.Assessment",
            "privacy.Affected",
            "privacy.FollowUp",
            "privacy.Letter",
            "privacy.BreachMessage",
        ),
        "of a breach",
    ),
    "privacy.LegalHold": "why something was held stays as long as one may ask",
    "privacy.RetentionRun": "counts",
    "privacy.Tombstone": "numbers",
    "privacy.Subprocessor": "an organisation",
    "privacy.Objection": "what a contractant said to the supplier about a third party",
    **dict.fromkeys(
        ("privacy.Processing", "privacy.Measure", "privacy.EntryVersion"), "the registers themselves"
    ),
    "socialaccount.SocialApp": "a system",
    "sessions.Session": "not used: sessions are those of desk.Session",
    "desk.AuditCheck": "places in the trail",
    "privacy.Handover": "counts; its file goes with its term",
    "privacy.Erasure": "counts and proof, without content",
    "desk.AuditRecord": "slugs and keys alone; five years, by the database itself",
    "contractants.Partnership": "an organisation",
    "contractants.Contractant": "an organisation; goes with the end of its licence",
    "contractants.Service": "a Dienst",
    "contractants.ServiceMatch": "a Dienst as monitoring calls it",
    "incidents.AlertGroup": "a key of monitoring",
    "incidents.AlertRule": "a rule",
    "incidents.AlertSource": "a system",
    "incidents.Watchdog": "a system",
    "incidents.Shift": "the duty roster of staff, who answered when",
    "incidents.StructuralTalk": "what was agreed about a Dienst",
    "incidents.StructuralFailure": "months and numbers",
    "incidents.Escalation": "no words; those are its messages",
}
PRODUCT_APPS = {"sla", "problems", "changes", "reports", "auth", "contenttypes"}  # fmt: skip


@pytest.fixture
def closed() -> Melding:
    """A Melding with somebody's words and picture everywhere, closed in time."""
    owner = factories.contact(user__name="Noor Verhagen")
    agent = factories.staff()
    melding = factories.registered(
        contact=owner, subject=SECRET, description=SECRET, reporter_name="Noor Verhagen", priority=2,
    )  # fmt: skip
    actions.pick_up(melding, by=agent, at=MOMENT + timedelta(minutes=10), contacted=True)
    drawn = BytesIO()
    Image.new("RGB", (2, 2)).save(drawn, "PNG")
    picture = SimpleUploadedFile("Janneke.png", drawn.getvalue())
    actions.reply(melding, by=owner.user, at=MOMENT + timedelta(minutes=15), body=SECRET, files=[picture], images_masked=True)  # fmt: skip
    actions.note(melding, by=agent, at=MOMENT + timedelta(minutes=20), body=f"{SECRET} notitie")
    actions.resolve(melding, by=agent, at=MOMENT + timedelta(hours=1), solution=SECRET)
    actions.accept(melding, by=owner.user, at=CLOSED)
    InboundMail.objects.create(mailbox="x", key="1", sha256="", size=1, received_at=MOMENT, subject=SECRET,
                               case_type="melding", case_id=melding.pk, outcome="answer")  # fmt: skip
    return melding


def officer() -> Any:
    return factories.staff(Role.PRIVACY_OFFICER, email="o.brandsma@desk.example")


def test_every_kind_has_a_shipped_period_and_every_model_with_people_in_it_a_kind() -> None:
    assert {kind.slug for kind in KINDS} == set(rules.shipped()) == set(RetentionRule.objects.values_list("kind", flat=True))  # fmt: skip
    covered = {label for kind in KINDS for label in kind.covers}
    assert covered <= {model._meta.label for model in apps.get_models()}
    bare = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label not in PRODUCT_APPS and any(map(_holds_words, model._meta.concrete_fields))
    }
    assert bare - covered - set(STAYS) == set()


def _holds_words(field: Any) -> bool:
    kinds = (models.EmailField, models.TextField, models.JSONField, models.FileField)
    return isinstance(field, kinds) or ((isinstance(field, models.CharField) and "name" in field.name) or "phone" in field.name)  # fmt: skip


def test_images_go_14_days_after_the_end_and_the_conversation_says_so(
    closed: Melding, client: Client
) -> None:
    image = Attachment.objects.get()
    path, url = image.file.path, f"/bijlagen/{image.public_id}/"
    client.force_login(closed.contact.user)  # type: ignore[union-attr]
    assert client.get(url).status_code == 200
    running.run(CLOSED + 14 * DAY)
    assert Attachment.objects.get().erased_at is None, "the fourteenth day is still kept"
    now = CLOSED + 14 * DAY + timedelta(seconds=1)
    done = running.run(now)
    image.refresh_from_db()
    assert (image.erased_at, image.name, image.sha256, bool(image.file)) == (now, ERASED, "", False)
    assert not Path(path).exists()
    assert (done.done["image"], done.left) == (1, {})
    stone = Tombstone.objects.get(kind="image")
    assert (stone.number, stone.at, stone.rule_version) == (f"{closed.number}/{image.pk}", now, 1)
    page = client.get(reverse("incidents:portal_melding", args=[closed.number])).content.decode()
    assert "Verwijderd op 30 juni 2026 volgens bewaartermijn" in page
    assert "Janneke.png" not in page
    assert client.get(url).status_code == 404


def test_an_opened_melding_keeps_its_image(closed: Melding) -> None:
    actions.reopen(closed, by=closed.contact.user, at=CLOSED + DAY, reason="Weer stuk")  # type: ignore[union-attr]
    running.run(CLOSED + 20 * DAY)
    assert Attachment.objects.get().erased_at is None


def test_a_closed_melding_is_anonymised_and_the_figures_of_its_month_stay(closed: Melding) -> None:
    def figures() -> list[Any]:
        return norm(Melding.objects.get_queryset(), Month(2026, 6), LATE)

    kept = ("number", "state", "priority", "received_at", "contractant_id", "service_id", "response_met",
            "resolution_met", "response_elapsed", "resolution_elapsed", "response_counts_at")  # fmt: skip
    before, row, events = figures(), Melding.objects.values(*kept).get(), Event.objects.filter(case_type="melding").count()  # fmt: skip
    done = running.run(LATE)
    assert (figures(), Melding.objects.values(*kept).get()) == (before, row)
    assert Event.objects.filter(case_type="melding").count() == events
    assert done.left == {}
    assert done.done["melding"] == 1
    melding = Melding.objects.get()
    assert (melding.subject, melding.description, melding.solution, melding.reporter_name, melding.contact) == (ERASED, ERASED, ERASED, "", None)  # fmt: skip
    assert not InboundMail.objects.exists()
    found = [
        str(values)
        for model in apps.get_models()
        if model is not Event
        for values in model._base_manager.values_list()
        if "Janneke" in str(values)
    ]
    assert found == []
    assert Melding.objects.extra(where=["search_all @@ to_tsquery('dutch', 'janneke')"]).count() == 0
    assert running.run(LATE + DAY).done.get("melding") is None, "done once"


@pytest.mark.parametrize("on", ["melding", "contact", "contractant"])
def test_a_hold_keeps_all_of_it_until_it_is_lifted(closed: Melding, on: str, client: Client) -> None:
    by, contractant = officer(), closed.contractant
    assert contractant
    assert not queries.held(contractant, LATE)
    what = closed if on == "melding" else getattr(closed, on)
    hold = holds.place(what, by=by, at=CLOSED, reason="Claim in voorbereiding")
    with pytest.raises(NotNow):
        holds.place(what, by=by, at=CLOSED, reason="Nog eens")
    assert queries.held(contractant, LATE)
    assert list(queries.held_meldingen(LATE)) == [closed]
    done = running.run(LATE)
    assert (done.left, done.held) == ({}, {"image": 1, "melding": 1, "mail": 1, **_held_notices()})
    assert Melding.objects.get().subject == SECRET
    client.force_login(by)
    assert "Claim in voorbereiding" in client.get(f"/privacy/vasthouden/bij-melding/?melding={closed.number}").content.decode()  # fmt: skip
    client.force_login(factories.staff())
    answer = client.get(f"/privacy/vasthouden/bij-melding/?melding={closed.number}").content.decode()
    assert "Wordt vastgehouden" in answer
    assert "Claim" not in answer
    holds.lift(hold, by=by, at=LATE, reason="Claim is afgewikkeld")
    with pytest.raises(NotNow):
        holds.lift(hold, by=by, at=LATE, reason="Nog eens")
    assert not queries.held(contractant, LATE)
    assert running.run(LATE + DAY).done["melding"] == 1
    assert [event.verb for event in hold.events()] == ["place", "lift"]
    acts = ("place_hold", "lift_hold", "anonymise")
    assert {*AuditRecord.objects.filter(act__in=acts).values_list("act", flat=True)} == {*acts}


def _held_notices() -> dict[str, int]:
    held = Notice.objects.filter(case_type="melding", sent_at__isnull=False).count()
    return {"notice": held} if held else {}


@pytest.mark.parametrize("on", ["contact", "contractant"])
def test_a_hold_on_somebody_keeps_the_letters_of_every_case_and_of_none(closed: Melding, on: str) -> None:
    owner, by = closed.contact, officer()
    assert owner
    case = complaints.register(
        Received(contact=owner, subject="Traag", description="Alles is traag", about=About.OTHER),
        by=owner.user, at=MOMENT,
    )  # fmt: skip
    about = {"case_type": case.case_type, "case_id": case.pk}
    letter = {"mailbox": "x", "sha256": "", "size": 1, "received_at": MOMENT, "stored_at": MOMENT}
    InboundMail.objects.all().delete()
    InboundMail.objects.create(key="2", outcome="answer", **letter, **about)
    InboundMail.objects.create(key="3", outcome="ignored", sender=owner.user.email, **letter)
    other = InboundMail.objects.create(key="4", outcome="ignored", sender="iemand@elders.example", **letter)
    event = Event.objects.filter(**about)[0]
    endpoint = WebhookEndpoint.objects.create(name="Bank", url="https://systeem.example/")
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event=event, type="x", body="", created_at=MOMENT, delivered_at=MOMENT
    )
    notice = Notice.objects.create(key="complaint_received", email="x@y.example", name="Noor", subject="S", body="B",
                                   sent_at=MOMENT, **about)  # fmt: skip
    hold = holds.place(getattr(closed, on), by=by, at=CLOSED, reason="Claim")
    running.run(LATE)
    assert {*InboundMail.objects.values_list("key", flat=True)} == {"2", "3"}, other
    assert WebhookDelivery.objects.filter(pk=delivery.pk).exists()
    notice.refresh_from_db()
    assert notice.name == "Noor"
    holds.lift(hold, by=by, at=LATE, reason="Klaar")
    running.run(LATE + DAY)
    assert not InboundMail.objects.exists()
    assert not WebhookDelivery.objects.filter(pk=delivery.pk).exists()


def test_a_hold_on_a_melding_keeps_who_reported_it(closed: Melding) -> None:
    owner = closed.contact
    assert owner
    people.remove_contact(owner, by=None, at=CLOSED)
    holds.place(closed, by=officer(), at=CLOSED, reason="Claim")
    assert running.run(LATE).held["contact"] == 1
    owner.user.refresh_from_db()
    assert owner.user.name == "Noor Verhagen"


def test_what_an_unclosed_security_incident_is_about_stays(closed: Melding) -> None:
    case = open_incident(
        Suspicion("Verkeerde regio", "Een ander zag het", Aspect.INTEGRITY, known_at=CLOSED, melding=closed),
        by=officer(), at=CLOSED,
    )  # fmt: skip
    assert not {"image", "melding"} & running.run(LATE).done.keys()
    assert Melding.objects.get().subject == SECRET
    SecurityIncident.objects.filter(pk=case.pk).update(ended_at=LATE)
    assert running.run(LATE + DAY).done["melding"] == 1


def test_only_the_privacy_officer_holds_and_with_a_reason(closed: Melding) -> None:
    with pytest.raises(NotAllowed):
        holds.place(closed, by=factories.staff(), at=LATE, reason="x")
    with pytest.raises(Invalid):
        holds.place(closed, by=officer(), at=LATE, reason=" ")
    assert not LegalHold.objects.exists()


def test_who_left_the_register_is_a_number_after_a_year() -> None:
    left, stays = factories.contact(user__name="Vera Vertrok"), factories.contact()
    people.remove_contact(left, by=None, at=MOMENT)
    Notice.objects.create(key="melding_received", email="vera@zorg.example", name="Vera", subject="V", body="Vera",
                          sent_at=MOMENT)  # fmt: skip
    running.run(MOMENT + 366 * DAY)
    left.refresh_from_db()
    left.user.refresh_from_db()
    assert (str(left), left.user.email, left.phone) == (f"Contactpersoon {left.pk}", f"contact-{left.pk}@verwijderd.invalid", "")  # fmt: skip
    assert str(stays.user) == type(stays.user).objects.get(pk=stays.user_id).name
    notice = Notice.objects.get(key="melding_received")
    assert (notice.name, notice.body, notice.sent_at) == ("", "", MOMENT)
    assert Tombstone.objects.filter(kind="contact").count() == 1


def test_a_night_that_was_cut_off_is_gone_on_with_and_runs_once(closed: Melding, monkeypatch: Any) -> None:
    night = datetime.combine((LATE + DAY).date(), rules.AT_NIGHT, AMSTERDAM) + timedelta(minutes=1)
    cut = RetentionRun.objects.create(started_at=night, done={"image": 4})
    assert running.nightly(night - timedelta(minutes=5)) is None, "not before three o'clock"
    going = running.nightly(night + timedelta(hours=1))
    assert going is not None
    assert (going.pk, going.done["image"], going.left) == (cut.pk, 5, {})
    assert running.nightly(night + timedelta(hours=2)) is None
    assert queries.next_run(night + timedelta(hours=2)) == rules.night_of(night + DAY)


def test_what_fails_holds_up_nothing_and_is_told(closed: Melding, monkeypatch: Any) -> None:
    by = officer()
    second = factories.registered(subject="Tweede")
    Melding.objects.filter(pk=second.pk).update(state="closed")
    Event.objects.create(case_type="melding", case_id=second.pk, verb="close", at=CLOSED, source="resolved", target="closed")  # fmt: skip
    Attachment.objects.filter(melding=closed).update(file="../weg")  # a name that the storage refuses
    done = running.run(LATE)
    assert (done.done["melding"], done.left) == (1, {"image": 1, "melding": 1})
    assert Tombstone.objects.filter(kind="melding").count() == 1
    notices.deliver(LATE)
    told = Notice.objects.get(key="retention_left")
    assert (told.email, told.sent_at is None) == (by.email, False)


def test_a_changed_period_is_in_the_trail_and_one_that_rests_does_nothing(
    closed: Melding, client: Client
) -> None:
    by, rule = officer(), RetentionRule.objects.get(kind="image")
    client.force_login(by)
    page = f"/beheer/privacy/retentionrule/{rule.pk}/change/"
    assert client.post(page, {"days": "0", "because": "x"}).status_code == 200
    assert client.post(page, {"days": "7", "because": "Afspraak met de FG"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.days, rule.is_active, rule.version) == (7, False, 2)
    event = rule.events().get()
    assert (event.actor, event.data["was"], event.data["now"]["days"]) == (
        by,
        {"days": 14, "is_active": True},
        7,
    )
    assert running.run(CLOSED + 30 * DAY).done == {}
    with pytest.raises(NotAllowed):
        rules.change(rule, by=factories.staff(), at=LATE, days=1, because="x", is_active=True)
    assert rules.load() == 0


def test_the_page_shows_what_would_happen_and_changes_nothing(
    closed: Melding, client: Client, settings: Any
) -> None:
    settings.HANDOVER_DAYS = 9
    client.force_login(officer())
    Event.objects.filter(case_type="melding").update(at=MOMENT - 300 * DAY)
    page = client.get("/privacy/bewaren/").content.decode()
    assert f"{closed.number}/" in page
    beside = page[page.index('id="vast"') :]
    assert [term in beside for term in ("5 jaar", "14 dagen", "9 dagen", "HANDOVER_DAYS")] == [True] * 4
    assert Attachment.objects.get().erased_at is None
    client.force_login(factories.staff())
    assert [client.get(url).status_code for url in ("/privacy/", "/privacy/bewaren/", "/privacy/vasthouden/")] == [403] * 3  # fmt: skip


def test_holding_from_the_page(closed: Melding, client: Client) -> None:
    client.force_login(officer())
    wrong = client.post("/privacy/vasthouden/", {"melding": "M26-77777", "reason": "Dit blijft staan"})
    assert wrong.status_code == 422
    assert "Dit blijft staan" in wrong.content.decode()
    assert client.post("/privacy/vasthouden/", {"melding": closed.number, "contractant": closed.contractant_id, "reason": "x"}).status_code == 422  # fmt: skip
    assert (
        client.post("/privacy/vasthouden/", {"melding": closed.number.lower(), "reason": "Claim"}).status_code
        == 302
    )
    hold = LegalHold.objects.get()
    assert closed.number in client.get("/privacy/vasthouden/").content.decode()
    assert client.post(f"/privacy/vasthouden/{hold.pk}/opheffen/", {"reason": ""}).status_code == 422
    assert client.post(f"/privacy/vasthouden/{hold.pk}/opheffen/", {"reason": "Klaar"}).status_code == 302
    assert client.get(f"/privacy/vasthouden/{hold.pk}/opheffen/").status_code == 404
