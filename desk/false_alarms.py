"""A number that looks like a BSN and is none: whoever is signed in says so once, and it raises no alarm any more.

A field that was stopped offers a tick whose value only this desk can make (`claim`). What was ticked is taken in
before the page sees the form, so that every form and every action knows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from desk import audit, sealing
from desk.models import FalseAlarm, User
from desk.texts import bsn_in
from domain.bsn import digits_of, find_bsn

TICK = "not_a_bsn"
DIGEST = re.compile(r"[0-9a-f]{40}")
MOST = 20


def claim(text: str) -> str:
    """The value of the tick for `text`: which numbers in it are meant, without naming them."""
    return " ".join(sorted({sealing.digests(digits_of(text[slice(*span)]))[0] for span in bsn_in(text)}))


def tell(digests: list[str], *, by: User | None, at: datetime) -> None:
    """Remember that `by` said so at `at` (aware). What is known already stays as it was."""
    if digests:
        audit.log("not_a_bsn", by=by, at=at, count=len(digests))
    rows = [FalseAlarm(digest=digest, by=by, at=at) for digest in digests]
    FalseAlarm.objects.bulk_create(rows, ignore_conflicts=True)


def tell_numbers(text: str, *, by: User, at: datetime) -> None:
    """The same for each number in `text`."""
    tell(claim(text).split(), by=by, at=at)


def forget(text: str) -> None:
    """The numbers in `text` are BSN after all."""
    for span in find_bsn(text):
        FalseAlarm.objects.filter(digest__in=sealing.digests(digits_of(text[slice(*span)]))).delete()


class FalseAlarmMiddleware:
    """Takes in what was ticked on a page by somebody who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *_given: object) -> None:
        """After the check against forged requests; what is exempt from that, such as the API, has no ticks."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or TICK not in request.POST:
            return
        user = request.user
        if isinstance(user, User) and user.is_active:
            tell(_ticked(request)[:MOST], by=user, at=timezone.now())


def _ticked(request: HttpRequest) -> list[str]:
    return [digest for value in request.POST.getlist(TICK) for digest in DIGEST.findall(value)]
