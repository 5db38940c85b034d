"""What a notice says: the text that was shipped, or what an administrator made of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from desk.models import Case, MessageTemplate, Notice, User
from desk.notices import sandbox
from desk.notices.kinds import kind_of
from desk.permissions import STAFF

log = logging.getLogger(__name__)
SPARE_LINES = re.compile(r"\n\s*\n(\s*\n)+")  # what a template's tags leave behind


def render(notice: Notice, case: Case | None = None) -> dict[str, Any]:
    """Write the subject and body of `notice`, about `case` if the caller has it at hand, in its language; returns
    what its template was given.

    A changed text that no longer works gives way to the shipped one, and `notice.error` says so.
    """
    with translation.override(notice.language):
        context = notice_context(notice, case)
        case = context["case"]
        if case is not None and case.is_discreet:
            subject, body = shipped("restricted", {**context, "link": _link(notice, case)})
        else:
            subject, body = _changed(notice, context) or shipped(notice.key, context)
        notice.subject = numbered(subject, case.number if case else "")[:250]
        notice.body = body
    return context


def _link(notice: Notice, case: Any) -> str:
    is_staff = User.objects.filter(email=notice.email, role__in=STAFF).exists()
    return f"{settings.SITE_URL}{case.get_absolute_url() if is_staff else '/portaal/'}"


def shipped(key: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body by the template that comes with the desk, in the language of the moment."""
    text = render_to_string(f"notices/{key}.txt", context).strip()
    subject, _line_end, body = text.partition("\n")
    return one_line(subject), tidy(body)


def _changed(notice: Notice, context: dict[str, Any]) -> tuple[str, str] | None:
    text = MessageTemplate.objects.filter(key=notice.key, language=notice.language).first()
    if text is None:
        return None
    try:
        words = {"name": "", **kind_of(notice.key).words(context)}
        return one_line(sandbox.render(text.subject, words)), tidy(sandbox.render(text.body, words))
    except DatabaseError:
        raise
    except Exception as error:  # whatever is wrong with it, people must be told
        log.warning("the changed text of %s does not work: %s", text, type(error).__name__)
        notice.error = (_("Verzonden met de standaardtekst, want de gewijzigde werkt niet: %(error)s") % {
            "error": error})[:300]  # fmt: skip
        return None


def numbered(subject: str, number: str) -> str:
    """With the number of its case: a person finds it again by that, and so does the desk (docs/decisions/0009)."""
    return subject if not number or number in subject else f"[{number}] {subject}"


def notice_context(notice: Notice, case: Case | None = None) -> dict[str, Any]:
    """What the template of a notice may use: `case`, `event`, what the case adds, the owed data, and the base
    of links."""
    case = case or case_of(notice.case_type, notice.case_id)
    added = case.notice_context(notice.event) if case and notice.event else {}
    return {
        **added, **notice.data, "case": case, "event": notice.event, "name": one_line(notice.name),
        "site_url": settings.SITE_URL,
    }  # fmt: skip


def one_line(text: str) -> str:
    """Nothing in a header may start another one."""
    return " ".join(text.split())


def tidy(text: str) -> str:
    return SPARE_LINES.sub("\n\n", text.replace("\r\n", "\n").strip())


def case_of(case_type: str, case_id: int | None) -> Case | None:
    """The case behind a trail or notice row; `case_type` is declared on each model of a case."""
    model = next((kind for kind in Case.kinds() if kind.case_type == case_type), None)
    return model._base_manager.filter(pk=case_id).first() if model else None


def cases_of(notices: Iterable[Notice]) -> dict[tuple[str, int | None], Case]:
    """The cases behind many notices, in one query for each kind of case."""
    wanted = [(notice.case_type, notice.case_id) for notice in notices]
    found: dict[tuple[str, int | None], Case] = {}
    for model in Case.kinds():
        ids = {pk for case_type, pk in wanted if case_type == model.case_type and pk is not None}
        if ids:
            found |= {(model.case_type, case.pk): case for case in model.for_notices().filter(pk__in=ids)}
    return found
