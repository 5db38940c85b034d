"""What an address is about (art. 7.4), and how an answer counts: so that no view needs to say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, Model, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import ResolverMatch
from django.utils import timezone

from desk.audit.here import keyed
from desk.audit.recording import Of, kind_of, whose
from desk.models import Traced
from desk.models.audit import Mode, Result

View = TypeVar("View", bound=Callable[..., Any])
# Parts of an address that are a key or a form of it, and do not say what it is about.
NOT_AN_OBJECT = frozenset({"verb", "file", "edition", "token", "key", "uidb36", "app_label", "url", "rest"})
REFUSED = frozenset({401, 403, 404, 405, 406, 409, 412, 423, 429})
FILES = ("text/calendar", "text/csv")
# What asks for itself again is recorded anew after this time; a session remembers so many of them.
RECENT = timedelta(hours=1)
MOST = 100
KNOWN = "recorded"


def polled(view: View) -> View:
    """Marks a view that an open page asks for again by itself; that is no act of a person."""
    view.polled = True  # type: ignore[attr-defined]
    return view


def by_itself(request: HttpRequest, match: ResolverMatch) -> bool:
    """Whether a part of an open page says to ask for itself again: htmx names the same element as trigger and as
    target. Anybody can say so, so that a record that is there already has to bear it out."""
    htmx = getattr(request, "htmx", None)
    asks = bool(htmx and htmx.trigger and htmx.trigger == htmx.target)
    return asks and getattr(match.func, "polled", False)


def is_known(request: HttpRequest) -> bool:
    """Whether this session has a record of the same view and query, of a short while ago."""
    return _asked(request) in _known(request)


def note(request: HttpRequest, match: ResolverMatch) -> None:
    """Remember that there is a record of this, if it may be asked for again by itself."""
    asked, known = _asked(request), _known(request)
    if getattr(match.func, "polled", False) and asked not in known:
        request.session[KNOWN] = dict(list(known.items())[-MOST:]) | {asked: timezone.now().isoformat()}


def _known(request: HttpRequest) -> dict[str, str]:
    """What there is a record of, and since when."""
    oldest = (timezone.now() - RECENT).isoformat()
    return {asked: at for asked, at in request.session.get(KNOWN, {}).items() if at > oldest}


def _asked(request: HttpRequest) -> str:
    """`seen` is what the page shows already, and chooses nothing."""
    return keyed(f"{request.path} {[pair for pair in sorted(request.GET.lists()) if pair[0] != 'seen']}")


def by_monitoring(match: ResolverMatch) -> bool:
    """Whether this is an address where a machine delivers and nobody reads."""
    return bool(getattr(getattr(match.func, "cls", None), "monitoring", False))


def about(match: ResolverMatch) -> Of:
    """The object that the address names, by its number; the database finds the contractant while it writes."""
    parts = {part: value for part, value in match.kwargs.items() if part not in NOT_AN_OBJECT}
    if "object_id" in parts:
        return _of_row(match, str(parts["object_id"]))
    for part, value in parts.items():
        if (model := _models().get(part)) is not None:
            return Of(kind_of(model), str(value)[:100], whose(model, **{_field(model, value): value}))
        return Of(part, str(value)[:100])
    return Of()


def result_of(request: HttpRequest, response: HttpResponseBase) -> Result:
    status = response.status_code
    if status in REFUSED or _sent_to_sign_in(response):
        return Result.REFUSED
    if status >= 400 or (request.method == "POST" and _failed_sign_in(request, status)):
        return Result.FAILED
    return Result.DONE


def mode_of(request: HttpRequest, response: HttpResponseBase) -> Mode:
    if _is_of_account(request):
        return Mode.ACCESS
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        return Mode.WRITE
    is_file = "attachment" in response.headers.get("Content-Disposition", "")
    return Mode.EXPORT if is_file or response.headers.get("Content-Type", "").startswith(FILES) else Mode.READ


def _is_of_account(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.view_name.startswith(("account_", "mfa_", "openid_connect_")))


def _failed_sign_in(request: HttpRequest, status: int) -> bool:
    """A form of allauth that comes back."""
    return status == 200 and _is_of_account(request)


def _sent_to_sign_in(response: HttpResponseBase) -> bool:
    """Beheer sends to an address of its own, whoever asks."""
    doors = (resolve_url(settings.LOGIN_URL), resolve_url("admin:login"))
    return response.status_code == 302 and response.headers["Location"].startswith(doors)


@cache
def _models() -> dict[str, type[Model]]:
    """What addresses name, by the part of the address."""
    found: dict[str, type[Model]] = {}
    for model in apps.get_models():
        own = (model.case_type,) if issubclass(model, Traced) else ()
        found |= dict.fromkeys(getattr(model, "in_address", ()) or own, model)
    return found


def _field(model: type[Model], value: object = "") -> str:
    """By which an address names one: a number, a public id or a row."""
    if isinstance(value, int):
        return "pk"
    names = {field.name for field in model._meta.fields}
    return next((name for name in ("series", "number", "public_id") if name in names), "pk")


def _of_row(match: ResolverMatch, row: str) -> Of:
    """A row in Beheer: `admin:incidents_melding_change` with its id."""
    app, _, name = (match.url_name or "").partition("_")
    model = apps.all_models.get(app, {}).get(name.partition("_")[0])
    if model is None or not (row.isascii() and row.isdigit() and len(row) < 19):
        return Of(name[:40], row[:100] if model is None else "")
    number: Any = row
    if _field(model) != "pk":
        column = Cast(_field(model), CharField())
        named = model._base_manager.filter(pk=row).annotate(named=column).values("named")[:1]
        number = Coalesce(Subquery(named), Value(row), output_field=CharField())
    return Of(kind_of(model), number, whose(model, pk=row))
