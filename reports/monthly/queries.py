"""Reading reports: lists, one of them, and what is said about it rather than in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from desk.door import TALK
from desk.models import Case, User
from desk.paging import Key
from reports.models import Correction, ReportMessage, ServiceLevelReport
from reports.monthly import naming
from reports.monthly.shape import Correction as ShownCorrection
from reports.monthly.shape import Facts

NEWEST = (Key("month", descending=True), Key("id", descending=True))
OLDEST = (Key("month"), Key("id"))


def rows(user: User) -> QuerySet[ServiceLevelReport]:
    """The reports that `user` may see, with what lists and pages show; the figures come with whoever asks one for them."""
    found: Any = ServiceLevelReport.objects.all()
    shown: QuerySet[ServiceLevelReport] = found.visible_to(user)
    return shown.select_related("service", "contractant", "reviewed_by", "published_by").defer("data")


def messages(report: ServiceLevelReport) -> QuerySet[ReportMessage]:
    return ReportMessage.objects.filter(report=report).select_related("author__contact__contractant")


def facts(report: ServiceLevelReport) -> Facts:
    """For whoever shows the report: that it was published, its digest, and what was corrected since."""
    return {
        "number": report.number, "state": report.state,
        "published_at": _written(report.published_at) if report.published_at else None,
        "hash": report.sha256 if report.is_published else None, "corrections": corrections(report),
    }  # fmt: skip


def corrections(report: ServiceLevelReport) -> list[ShownCorrection]:
    """In words of the language that is active, in the order in which they were found."""
    found, kinds = list(Correction.objects.filter(report=report)), _kinds()
    return [
        {
            "at": _written(one.found_at), "what": naming.name(one.path), "was": naming.value(one.published),
            "becomes": naming.value(one.value),
            "reason": "; ".join(_reasons(report, one, kinds)),
        }
        for one in found
    ]  # fmt: skip


def tells(report: ServiceLevelReport, kind: type[Case], verb: str) -> bool:
    """Whether this step of a case may stand as a reason beside `report`: words change no figure, and a contractant
    reads only of the steps that it hears of anyway."""
    return verb not in TALK and (report.contractant_id is None or verb in kind.told_to_party)


# By the letter of their numbers: a kind of case, and what its verbs are called.
Kinds = dict[str, tuple[type[Case], dict[str, Any]]]
LETTERS = {
    "M": "melding", "P": "problem", "R": "release", "O": "maintenance", "S": "structural", "K": "complaint",
    "W": "change",
}  # fmt: skip


def _kinds() -> Kinds:
    kinds = {kind.case_type: kind for kind in Case.kinds()}
    return {letter: (kinds[case_type], kinds[case_type].words()) for letter, case_type in LETTERS.items()}


def _reasons(report: ServiceLevelReport, one: Correction, kinds: Kinds) -> Iterator[str]:
    for reason in one.because:
        known = kinds.get(reason["number"][0])
        if known and tells(report, known[0], reason["verb"]):
            yield _reason(reason, known[1])


def _reason(reason: dict[str, str], words: dict[str, Any]) -> str:
    """`M26-00012: afspraken toepassen (4 juni 2026)`."""
    verb = str(words.get(reason["verb"], reason["verb"]))
    at = parse_datetime(reason["at"])
    day = f" ({date_format(localtime(at), 'j F Y')})" if at else ""
    return f"{reason['number']}: {verb[:1].lower()}{verb[1:]}{day}"


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
