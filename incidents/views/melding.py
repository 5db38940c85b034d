"""The page of one Melding: reading it, and everything that can be done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.door import Invalid, Refused, Stale, permitted
from desk.models import Event, Notice, User
from desk.notices import kind_of, status
from desk.permissions import Role
from incidents import actions, queries
from incidents.bars import warn_at
from incidents.cards import card
from incidents.clocks import CLOCKS, WITHOUT_VERDICT, Reading, read
from incidents.forms import ActForm, Setting
from incidents.forms_melding import FORMS
from incidents.models import Attachment, ChainRequest, Escalation, Kind, Melding, Message, Relation
from incidents.timeline import Names, actor, files, label_of, mentioned, names_in, sentence, timeline
from incidents.times import full
from incidents.views.cases import IN_SIGHT, STATUS, kept, posted_version
from incidents.views.shell import DeskRequest, page, staff_only
from sla.adapter import terms

TALK = ("reply", "note")
STEPS = {step.name: step for step in Melding._meta.get_field("state").get_all_transitions(Melding)}
ASKS = {name: step.custom.get("form", name) for name, step in STEPS.items() if step.custom or name in TALK}


@dataclass
class Whole:
    """A Melding with all that its page shows, in a number of queries that does not depend on how much that is."""

    melding: Melding
    events: list[Event]
    messages: list[Message]
    attachments: list[Attachment]
    relations: list[Relation]
    chain: list[ChainRequest]
    alarms: queries.Alarms
    choices: queries.Choices
    names: Names
    notices: list[Notice]


@dataclass
class Refusal:
    """What was refused and why; `form` holds what was typed."""

    verb: str
    error: Refused | None
    form: ActForm
    status: int


def melding(request: DeskRequest, number: str) -> HttpResponse:
    """For staff; a contact who follows a link goes to the portal's page of the same Melding."""
    if request.user.is_authenticated and request.user.role == Role.CONTACT:
        return redirect("incidents:portal_melding", number)
    return _melding(request, number)


@staff_only
def _melding(request: DeskRequest, number: str) -> HttpResponse:
    return _show(request, _get(request, number), timezone.now())


@staff_only
@require_POST
def act(request: DeskRequest, number: str, verb: str) -> HttpResponse:
    """Do `verb`. Refused, the page comes back with what happened meanwhile and all that was typed."""
    if verb not in ASKS:
        raise Http404
    now, case = timezone.now(), _get(request, number)
    form = _form(verb, _setting(request.user, case), request)
    try:
        if not form.is_valid():
            return _show(request, case, now, Refusal(verb, None, form, STATUS[Invalid]))
        made = getattr(actions, verb)(
            case, by=request.user, at=now, **_version(request, verb), **form.arguments()
        )
    except Refused as error:
        return _show(request, _get(request, number), now, _refusal(verb, error, form))
    messages.success(request, _done(verb, case))
    return redirect(made if isinstance(made, Melding) else case)


def _get(request: DeskRequest, number: str) -> Melding:
    try:
        return queries.get(request.user, number)
    except Melding.DoesNotExist as unknown:
        raise Http404 from unknown


def _setting(user: User, case: Melding) -> Setting:
    said = case.messages.select_related("author").order_by("at", "id")
    return Setting(case, user, queries.choices(user), list(said))


def _form(verb: str, setting: Setting, request: DeskRequest | None = None) -> ActForm:
    given = (request.POST, request.FILES) if request else ()
    return FORMS[ASKS[verb]](*given, setting=setting, verb=verb)


def _version(request: DeskRequest, verb: str) -> dict[str, int]:
    """Words added to the conversation collide with nothing."""
    return {} if verb in TALK else posted_version(request)


def _refusal(verb: str, error: Refused, form: ActForm) -> Refusal:
    form.refuse(error)
    return Refusal(verb, error, form, STATUS[type(error)])


def _done(verb: str, case: Melding) -> str:
    said = {"reply": _("Het antwoord is verstuurd."), "note": _("De notitie is bewaard.")}
    done = _("%(number)s: %(what)s – vastgelegd.")
    return said.get(verb) or done % {"number": case.number, "what": STEPS[verb].custom["label"]}


# --- Showing


def _show(request: DeskRequest, case: Melding, now: datetime, refusal: Refusal | None = None) -> HttpResponse:
    whole = _whole(case, request.user, _page_of_alarms(request))
    reading = read(case, now, whole.events)
    setting = Setting(case, request.user, whole.choices, whole.messages)
    steps = _steps(case, request.user)
    buttons = [_button(verb, case, setting, refusal) for verb in steps if verb in ASKS and verb not in TALK]
    internal = timeline(case, whole.events, whole.messages, whole.names, internal=True)
    context = {
        "nav": "worklist", "melding": case, "now": now, "policy": case.policy_version,
        "clocks": _cards(case, reading), "facts": _facts(case), "entries": internal,
        "acts": buttons[:IN_SIGHT], "more": buttons[IN_SIGHT:],
        "more_open": any(button["open"] for button in buttons[IN_SIGHT:]),
        "talks": [_talk(verb, setting, refusal) for verb in TALK if verb in steps],
        "last_event": max((event.pk for event in whole.events), default=0),
        "refusal": _told(refusal, whole, steps) if refusal else None, "whole": whole,
        "loose": files(file for file in whole.attachments if file.message_id is None),
        "told": [_who_was_told(notice, now) for notice in whole.notices],
        "relations": [_relation(relation, case) for relation in whole.relations],
        "escalations": _escalations(case, whole.events),
        **_alarm_pages(whole.alarms),
    }  # fmt: skip
    return page(request, "incidents/melding.html", context, now, refusal.status if refusal else 200)


def _whole(case: Melding, user: User, alarm_page: int) -> Whole:
    events = list(case.events().select_related("actor"))
    said = list(
        Message.objects.filter(melding=case)
        .select_related("author__contact__contractant", "origin")
        .order_by("at", "id")
    )
    attachments = list(case.attachments.order_by("at", "id"))
    for message in said:
        mine = [file for file in attachments if file.message_id == message.pk]
        message._prefetched_objects_cache = {"attachments": mine}
    asked = any(event.verb in {"wait_for_chain", "ask_chain"} for event in events)
    chain = list(case.chain_requests.all()) if asked else []
    ours = Q(melding=case) | Q(other=case)
    hidden = Melding.hidden_from(user)
    others = Relation.objects.filter(ours).exclude(melding__in=hidden).exclude(other__in=hidden)
    relations = list(others.select_related("melding", "other"))
    related = [one for relation in relations for one in (relation.melding, relation.other)]
    choices = queries.choices(user, mentioned(events)[0])
    people = choices.colleagues | choices.others
    return Whole(
        case, events, said, attachments, relations, chain, queries.alarms(case, user, alarm_page),
        choices, names_in(events, user, people, related, chain),
        list(Notice.objects.filter(case_type=case.case_type, case_id=case.pk).order_by("id")),
    )  # fmt: skip


def _escalations(case: Melding, events: list[Event]) -> list[Escalation]:
    """Asked for only where the trail, which is there already, tells of one."""
    if not any(event.verb in {"escalate", "cannot_meet"} for event in events):
        return []
    return list(case.escalations.all())


def _page_of_alarms(request: DeskRequest) -> int:
    given = request.GET.get("alarmen", "")
    return int(given) if given.isdecimal() and len(given) < 7 else 1


def _alarm_pages(alarms: queries.Alarms) -> dict[str, str]:
    """For `components/pagination.html`."""
    shown = {"page": alarms.page, "pages": alarms.pages}
    return {
        "previous_url": f"?alarmen={alarms.page - 1}#alarmen" if alarms.page > 1 else "",
        "next_url": f"?alarmen={alarms.page + 1}#alarmen" if alarms.page < alarms.pages else "",
        "summary": _("%(page)d van %(pages)d") % shown if alarms.pages > 1 else "",
    }


def _steps(case: Melding, user: User) -> list[str]:
    """What `user` may do now, in order; the handover by phone, where it is owed, is not to be looked for."""
    steps = [step.name for step in permitted(case, user)]
    return sorted(steps, key=lambda verb: verb not in {"hand_over", "pick_up"})


def _button(verb: str, case: Melding, setting: Setting, refusal: Refusal | None) -> dict[str, Any]:
    """One transition for `components/transition.html`; the refused one is open and holds what was typed."""
    custom, refused = STEPS[verb].custom, refusal is not None and refusal.verb == verb
    form = refusal.form if refusal and refused else _form(verb, setting)
    return {
        "name": verb, "label": custom["label"], "look": custom.get("style", ""), "form": form if form.fields else None,
        "url": reverse("incidents:act", args=[case.number, verb]), "open": refused,
    }  # fmt: skip


def _talk(verb: str, setting: Setting, refusal: Refusal | None) -> dict[str, Any]:
    mine = refusal is not None and refusal.verb == verb
    form = refusal.form if refusal and mine else _form(verb, setting)
    url = reverse("incidents:act", args=[setting.melding.number, verb])
    return {"verb": verb, "form": form, "url": url, "open": mine or (verb == TALK[0] and refusal is None)}


def _told(refusal: Refusal, whole: Whole, steps: Iterable[str]) -> dict[str, Any]:
    """What to say about a refusal; `kept` is what was typed where its form is no longer on the page."""
    meanwhile = refusal.error.meanwhile if isinstance(refusal.error, Stale) else []
    lines = [
        {"who": actor(event), "what": sentence(event, whole.names), "at": event.at}
        for event in meanwhile
        if sentence(event, whole.names)
    ]
    return {
        "title": str(refusal.error or _("Er ontbreekt nog iets, of er klopt iets niet.")), "meanwhile": lines,
        "wrong": refusal.error is None or isinstance(refusal.error, Invalid),
        "kept": kept(refusal.form) if refusal.verb not in steps else [],
    }  # fmt: skip


def _cards(case: Melding, reading: Reading) -> list[dict[str, Any]]:
    judged, warns = case.state not in WITHOUT_VERDICT, warn_at(terms(case.policy_version_id))
    return [card(name, reading[name], warns=warns, judged=judged) for name in CLOCKS]


def _facts(case: Melding) -> list[dict[str, Any]]:
    """What is known of it, and by name what SLA 9.4 or 10.2 asks for and is not there."""
    contact = case.contact
    rows: list[tuple[str, str, Any]] = [
        ("contractant", "", case.contractant),
        ("contact", _("Melder"), case.reporter),
        ("", _("Telefoon"), case.reporter_phone or (contact.phone if contact else "")),
        ("", _("E-mailadres"), contact.user.email if contact else case.reporter_email),
        ("service", "", case.service or (_("niet herkend") if case.service_unknown else "")),
        ("", _("Impact"), case.get_impact_display()),
        ("", _("Urgentie"), case.get_urgency_display()),
        ("expected_priority", _("Verwacht"), f"P{case.expected_priority}" if case.expected_priority else ""),
        ("affected_users", _("Gebruikers met hinder"), case.affected_users),
        ("first_seen_at", _("Voor het eerst"), full(case.first_seen_at) if case.first_seen_at else ""),
        ("", _("Bij welke handeling"), case.first_seen_action),
        ("reproducible", _("Te herhalen"), case.get_reproducible_display()),
        ("", _("Vertrouwelijkheid"), _("mogelijk geschonden") if case.breach_of_confidentiality else ""),
        ("", _("Integriteit"), _("mogelijk geschonden") if case.breach_of_integrity else ""),
        ("goal", "", case.goal if case.kind == Kind.CHANGE else ""),
        ("examples", "", case.examples if case.kind == Kind.CHANGE else ""),
        ("", _("Overdracht per telefoon"), _handover(case)),
        ("expected_at", "", full(case.expected_at) if case.expected_at and case.is_open else ""),
        ("", _("Afspraken"), f"{case.policy_version.policy} · {case.policy_version.label}"),
    ]  # fmt: skip
    return [_fact(name, label, value, name in case.missing) for name, label, value in rows
            if value not in (None, "") or name in case.missing]  # fmt: skip


def _fact(name: str, label: str, value: Any, missing: bool) -> dict[str, Any]:
    shown = _("niet opgegeven") if missing else str(value)
    return {"label": label or label_of(name).capitalize(), "value": shown, "missing": missing}


def _handover(case: Melding) -> str:
    if case.handed_over_at:
        return full(case.handed_over_at)
    return _("nog niet vastgelegd") if case.needs_handover else ""


def _who_was_told(notice: Notice, now: datetime) -> dict[str, Any]:
    return {
        "who": notice.name or notice.email, "email": notice.email, "what": kind_of(notice.key).label,
        "how": status.told(notice, now), "failed": status.failed(notice),
    }  # fmt: skip


def _relation(relation: Relation, case: Melding) -> dict[str, Any]:
    """Seen from `case`: what the other is to it."""
    outward = relation.melding_id == case.pk
    backwards = {
        "duplicate": _("heeft als dubbel"), "child": _("heeft als onderdeel"),
        "follow_up": _("heeft als vervolg"), "split": _("is gesplitst in"),
    }  # fmt: skip
    return {
        "kind": relation.get_kind_display() if outward else backwards[relation.kind],
        "melding": relation.other if outward else relation.melding,
    }
