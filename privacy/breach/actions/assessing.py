"""The standard assessment, and what is concluded from it (SLA 7.4; AVG 4(12))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contractants.models import Contractant
from desk import door, texts
from desk.door import Change, Invalid, NotNow
from desk.models import User
from domain.breach import Conclusion, Facts, conclude
from incidents.models import Melding
from privacy.models import Affected, Assessment, BreachState, Category, Letter, SecurityIncident


@dataclass(frozen=True)
class Answers:
    """What is known now: slugs, and numbers that may be approximate; None where nobody knows yet."""

    personal: str
    categories: list[str]
    lost: list[str]
    unintelligible: bool = False
    trusted: bool = False
    restored: bool = False
    persons: int | None = None
    records: int | None = None
    consequences: tuple[str, ...] = ()

    def facts(self) -> Facts:
        return Facts(
            self.personal, frozenset(self.lost), Category.HEALTH in self.categories, Category.BSN in self.categories,
            self.unintelligible, self.trusted, self.restored, self.persons, frozenset(self.consequences),
        )  # fmt: skip


def assess(
    case: SecurityIncident, *, by: User, at: datetime, answers: Answers, controllers: Iterable[Contractant] = (),
    recipients: str = "", explanation: str = "", version: int | None = None,
) -> SecurityIncident:  # fmt: skip
    """Record the answers of now as the next edition; those before it stay. A controller who was told already stays in."""
    texts.check(recipients=recipients, explanation=explanation)
    with door.change(case, "assess", by=by, at=at, version=version) as change:
        found, edition = conclude(answers.facts()), change.case.assessments.count() + 1
        Assessment.objects.create(
            incident=change.case, edition=edition, answers={**asdict(answers), "controllers": [one.pk for one in controllers]},
            recipients=recipients, explanation=explanation, is_breach=found.is_breach, risk=found.risk, reasons=list(found.reasons),
            author=by, at=at,
        )  # fmt: skip
        _concern(change.case, controllers)
        change.case.is_breach, change.case.risk = None, ""
        change.data |= {"edition": edition, "is_breach": found.is_breach, "risk": str(found.risk)}
    return case


def _concern(case: SecurityIncident, controllers: Iterable[Contractant]) -> None:
    """A letter that nobody approved yet was drawn up from older answers, and is drawn up anew."""
    Letter.objects.filter(affected__incident=case, approved_at=None).delete()
    wanted = {one.pk for one in controllers}
    for row in case.affected.exclude(contractant__in=wanted):
        if row.told_at() is None and not row.letters.exists():
            row.delete()
    known = set(case.affected.values_list("contractant", flat=True))
    Affected.objects.bulk_create(Affected(incident=case, contractant_id=pk) for pk in wanted - known)
    if case.told_at() is None:
        case.informed_at = None


def confirm(
    case: SecurityIncident,
    *,
    by: User,
    at: datetime,
    risk: str,
    deviation: str = "",
    version: int | None = None,
) -> SecurityIncident:
    """It is a breach, of this risk. Where the assessment says otherwise, `deviation` says why."""
    return _decide(case, "confirm", by, at, True, risk, deviation, version)


def rule_out(
    case: SecurityIncident, *, by: User, at: datetime, deviation: str = "", version: int | None = None
) -> SecurityIncident:
    """It is a security incident and no breach; controllers concerned are told of that as well (SLA 9.1)."""
    return _decide(case, "rule_out", by, at, False, "", deviation, version)


def _decide(
    case: SecurityIncident, verb: str, by: User, at: datetime, is_breach: bool, risk: str, deviation: str,
    version: int | None,
) -> SecurityIncident:  # fmt: skip
    texts.check(deviation=deviation)
    with door.change(case, verb, by=by, at=at, version=version) as change:
        found = conclusion(change.case)
        deviates = (found.is_breach, str(found.risk) if is_breach else "") != (is_breach, risk)
        if deviates and not deviation.strip():
            raise Invalid({"deviation": _("De toetsing komt anders uit. Schrijf waarom je daarvan afwijkt.")})
        change.case.is_breach, change.case.risk = is_breach, risk
        change.case.deviation = deviation.strip() if deviates else ""
        _note(change, deviates)
    return case


def _note(change: Change[SecurityIncident], deviates: bool) -> None:
    change.data |= {"risk": change.case.risk, "deviates": deviates}


def conclusion(case: SecurityIncident) -> Conclusion:
    """What follows from the answers of the newest edition."""
    newest = case.assessments.order_by("-edition").first()
    assert newest is not None, "declared as a condition"
    given: dict[str, Any] = {name: value for name, value in newest.answers.items() if name != "controllers"}
    return conclude(Answers(**given).facts())


def reassess(
    case: SecurityIncident, *, by: User, at: datetime, reason: str, version: int | None = None
) -> SecurityIncident:
    """Facts have changed; also after it was closed. The 24 hours go on counting from the same knowledge."""
    from privacy.breach.actions.opening import note

    texts.required(reason=reason)
    with door.change(case, "reassess", by=by, at=at, version=version) as change:
        if change.case.melding_id:  # who opens one about it waits for the same row
            Melding._base_manager.select_for_update().get(pk=change.case.melding_id)
        others = SecurityIncident.objects.filter(melding=change.case.melding_id).exclude(pk=case.pk)
        if change.case.melding_id and others.exclude(state=BreachState.CLOSED).exists():
            raise NotNow(_("Bij deze melding loopt al een ander beveiligingsincident."))
        change.case.ended_at = None
    note(case, by=by, at=at, body=reason)
    return case
