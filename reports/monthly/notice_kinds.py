"""What the notices about reports are called, and what their texts may say."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe
from desk.notices.kinds import Words, group
from incidents import notice_kinds

GIVEN = ("name", "month", "service", "contractant", "supplier", "desk_link", "portal_link", "sender")

group("reports", _("Een servicelevelrapport is gepubliceerd"), staff=True)


def words(context: Mapping[str, Any]) -> Words:
    """What a changed text may use, as flat text."""
    return {**{name: str(context.get(name) or "") for name in GIVEN}, "number": context["case"].number}


def sample(turns: frozenset[str]) -> dict[str, Any]:
    """A made-up report."""
    made = notice_kinds.sample(turns | {"portal_link"})
    return {
        **made, "case": SimpleNamespace(number="V26-00003"), "month": gettext("mei 2026"), "service": "Dienst MDO",
        "contractant": str(made["case"].contractant), "supplier": "VECOZO", "sender": "VECOZO",
        "desk_link": settings.SITE_URL + "/rapportage/V26-00003/",
        "portal_link": settings.SITE_URL + "/portaal/rapporten/V26-00003/",
    }  # fmt: skip


REPORT = Kind("", "", sample=sample, words=words)
describe(
    REPORT.like(
        "report_published", _("Servicelevelrapport, aan de contractant"), needs=frozenset({"portal_link"})
    ),
    REPORT.like("report_published_staff", _("Servicelevelrapport gepubliceerd"), group="reports"),
)
