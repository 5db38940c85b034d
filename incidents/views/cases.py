"""The page of one case, whatever its kind: reading it, and everything that may be done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.door import Busy, Invalid, NotAllowed, NotNow, Refused, Stale
from desk.doors import OF_ANY, TALK, Doors
from desk.forms import Refusable, StepForm
from desk.models import AbstractMessage, Case, Event
from desk.permissions import Role
from incidents.timeline import actor, initials
from incidents.views.shell import page

STATUS = {Invalid: 422, NotAllowed: 403, Stale: 409, NotNow: 409, Busy: 503}
IN_SIGHT = 4  # steps that stand beside each other; the others wait behind "Meer"
C = TypeVar("C", bound=Case)
Files = Mapping[int | None, list[dict[str, Any]]]
Shell = Callable[..., HttpResponse]


def status_of(form: Refusable) -> int:
    """Of the page that shows this form again, or for the first time."""
    if form.refused is not None:
        return STATUS[type(form.refused)]
    return STATUS[Invalid] if form.errors else 200


def posted_version(request: Any) -> dict[str, int]:
    """The version that the page showed, where it did."""
    if "version" not in request.POST:
        return {}
    given = request.POST["version"]
    return {"version": int(given) if given.isdecimal() and len(given) < 10 else 0}


@dataclass
class Refusal:
    """What was refused and why; `form` holds what was typed."""

    verb: str
    error: Refused | None
    form: StepForm

    @property
    def status(self) -> int:
        return STATUS[type(self.error)] if self.error else STATUS[Invalid]


def asked(doors: Doors[C], case: C, user: Any, verb: str, *given: Any) -> StepForm:
    """The form of a step, empty or with what was given."""
    return doors.asks(verb)(*given, case=case, user=user, verb=verb)


def attempt(request: Any, doors: Doors[C], case: C, verb: str) -> Any:
    """Do what was posted; returns what the action returns, or the `Refusal`."""
    if verb not in doors.steps:
        raise Http404
    form = asked(doors, case, request.user, verb, request.POST, request.FILES)
    if not form.is_valid():
        return Refusal(verb, None, form)
    version = {} if verb in TALK else posted_version(request)
    try:
        return doors.do(case, verb, by=request.user, at=timezone.now(), **version, **form.arguments())
    except Refused as error:
        form.refuse(error)
        return Refusal(verb, error, form)


@dataclass(frozen=True)
class CasePages(Generic[C]):
    """The pages of one kind of case.

    `template` extends `case.html`; `address` names that of a step (number, verb). `context` gives what else the
    template shows, given the case and who reads it. `internal`: for colleagues, with notes and every step;
    else only what concerns the contractant. `shell` draws it: the staff's, or the portal's.
    `files` are those that the reader may see, for `components/attachments.html`, by the message that they came with;
    those under None opened the case, and the template shows them.
    """

    doors: Doors[C]
    template: str
    address: str
    nav: str
    context: Callable[[C, Any], dict[str, Any]]
    internal: bool = True
    shell: Shell = page
    files: Callable[[C, Any], Files] | None = None

    def show(self, request: Any, number: str) -> HttpResponse:
        return self._show(request, self.get(request.user, number), timezone.now())

    def act(self, request: Any, number: str, verb: str) -> HttpResponse:
        """Do `verb`. Refused, the page comes back as it is now, with what happened meanwhile and all that was typed."""
        case = self.get(request.user, number)
        made = attempt(request, self.doors, case, verb)
        if isinstance(made, Refusal):
            return self._show(request, self.get(request.user, number), timezone.now(), made)
        messages.success(request, self._done(case, verb))
        elsewhere = isinstance(made, Case) and made != case
        return redirect(made.get_absolute_url()) if elsewhere else self.back(case)

    def get(self, user: Any, number: str) -> C:
        """The same answer for unknown and for not allowed."""
        found = self.doors.rows(user).filter(number=number).first()
        if found is None:
            raise Http404
        return found

    def back(self, case: C) -> HttpResponse:
        return redirect(self.address.removesuffix("_act"), case.number)

    def _done(self, case: C, verb: str) -> str:
        said = {"reply": _("Het antwoord is verstuurd."), "note": _("De notitie is bewaard.")}
        done = _("%(number)s: %(what)s – vastgelegd.")
        return said.get(verb) or done % {
            "number": case.number,
            "what": self.doors.steps[verb].custom["label"],
        }

    # -- Showing

    def _show(self, request: Any, case: C, now: datetime, refusal: Refusal | None = None) -> HttpResponse:
        offered = self.doors.offered(case, request.user)
        files = self.files(case, request.user) if self.files else {}
        buttons = [self._button(case, request.user, verb, refusal) for verb in offered if verb not in TALK]
        context = {
            "nav": self.nav, "case": case, "now": now, "internal": self.internal, "may_redact": request.user.may("redact"),
            "acts": buttons[:IN_SIGHT], "more": buttons[IN_SIGHT:],
            "more_open": any(button["open"] for button in buttons[IN_SIGHT:]),
            "talks": [self._button(case, request.user, verb, refusal) for verb in TALK if verb in offered],
            "refusal": self._told(refusal, offered) if refusal else None,
            "entries": self._entries(case, files), "opening_files": files.get(None, []), **self.context(case, request.user),
        }  # fmt: skip
        return self.shell(request, self.template, context, now, refusal.status if refusal else 200)

    def _button(self, case: C, user: Any, verb: str, refusal: Refusal | None) -> dict[str, Any]:
        """One step for `components/transition.html`; the refused one is open and holds what was typed."""
        custom = self.doors.steps[verb].custom
        refused = refusal is not None and refusal.verb == verb
        form = refusal.form if refusal and refused else asked(self.doors, case, user, verb)
        return {
            "name": verb, "label": custom.get("label", ""), "look": custom.get("style", ""), "open": refused,
            "help": custom.get("help", ""), "form": form if form.fields else None,
            "url": reverse(self.address, args=[case.number, verb]),
        }  # fmt: skip

    def _told(self, refusal: Refusal, offered: Iterable[str]) -> dict[str, Any]:
        """For `incidents/_refusal.html`; `kept` is what was typed where its form is no longer on the page."""
        meanwhile = refusal.error.meanwhile if isinstance(refusal.error, Stale) else []
        return {
            "title": str(refusal.error or _("Er ontbreekt nog iets, of er klopt iets niet.")),
            "meanwhile": [
                {"who": actor(event), "what": self.sentence(event), "at": event.at}
                for event in meanwhile
                if self.sentence(event) and (self.internal or event.verb in self.doors.told)
            ],
            "wrong": refusal.error is None or isinstance(refusal.error, Invalid),
            "kept": kept(refusal.form) if refusal.verb not in offered else [],
        }  # fmt: skip

    def sentence(self, event: Event) -> str:
        """What follows the name of who did it; empty where the words themselves stand in the time line."""
        if event.verb in OF_ANY:
            return OF_ANY[event.verb]()
        tell = self.doors.story.get(event.verb)
        return tell(event) if tell else ""

    def _entries(self, case: C, files: Files) -> list[dict[str, Any]]:
        """For `components/entry.html`, oldest first: words and steps."""
        placed: list[tuple[datetime, int, int, dict[str, Any]]] = []
        for event in case.events().select_related("actor"):
            text = self.sentence(event) if self.internal or event.verb in self.doors.told else ""
            if text:
                entry = {"id": f"step-{event.pk}", "kind": "step", "at": event.at, "author": actor(event), "body": text}  # fmt: skip
                placed.append((event.at, 0, event.pk, entry))
        for message in self._messages(case):
            placed.append(
                (message.at, 1, message.pk, said(message) | {"attachments": files.get(message.pk, [])})
            )
        return [entry for *_order, entry in sorted(placed, key=lambda item: item[:3])]

    def _messages(self, case: C) -> Iterable[Any]:
        if self.doors.messages is None:
            return []
        rows = self.doors.messages(case)
        return rows if self.internal else rows.filter(visibility=AbstractMessage.Visibility.PUBLIC)


def said(message: Any) -> dict[str, Any]:
    """What somebody wrote, for `components/entry.html`."""
    author = str(message.author or message.author_name or _("Onbekend"))
    role = "" if message.author is None else str(message.author.get_role_display())
    if message.author is not None and message.author.role == Role.CONTACT:
        role = str(message.author.contact.contractant)
    return {
        "id": message.pk, "kind": "internal" if message.is_internal else "public", "at": message.at,
        "author": author, "initials": initials(author), "role": role, "body": message.body,
    }  # fmt: skip


def kept(form: forms.Form) -> list[dict[str, str]]:
    """The texts that were typed into a form, to copy from."""
    return [
        {"label": str(bound.label), "text": text, "id": f"kept-{bound.name}"}
        for bound in form
        if not bound.is_hidden
        and isinstance(bound.field, forms.CharField)
        and (text := str(bound.value() or ""))
    ]
