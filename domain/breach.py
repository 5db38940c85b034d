"""The standard assessment: is a security incident a breach of personal data, and what risk does it carry (SLA 7.4;
AVG 4(12), 33 and 34)? A table of rules, so that the same answers always lead to the same conclusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

MANY = 1000  # persons from whom on a breach of health data or BSN is at least noticed far and wide


class Lost(StrEnum):
    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class Risk(StrEnum):
    """For the rights and freedoms of the persons concerned: unlikely, likely, or likely high."""

    NONE = "none"
    RISK = "risk"
    HIGH = "high"


GRAVE = frozenset({"identity", "discrimination", "financial", "care"})  # consequences that weigh heavily


@dataclass(frozen=True)
class Facts:
    """The answers. `personal` is "yes", "no" or "unknown"; `persons` None where nobody knows yet."""

    personal: str
    lost: frozenset[str] = field(default_factory=frozenset)
    health: bool = False
    bsn: bool = False
    unintelligible: bool = False
    trusted: bool = False
    restored: bool = False
    persons: int | None = None
    consequences: frozenset[str] = field(default_factory=frozenset)

    @property
    def only_read(self) -> bool:
        """Nothing but confidentiality was lost."""
        return self.lost == {Lost.CONFIDENTIALITY}

    @property
    def sensitive(self) -> bool:
        return self.health or self.bsn


@dataclass(frozen=True)
class Conclusion:
    """`reasons` are the slugs of the rules that applied, in order."""

    is_breach: bool
    risk: Risk
    reasons: tuple[str, ...]

    @property
    def tell_authority(self) -> bool:
        """Whether the controller has to report it to the authority, within 72 hours (AVG 33)."""
        return self.is_breach and self.risk != Risk.NONE

    @property
    def tell_subjects(self) -> bool:
        """Whether the controller has to tell the persons concerned (AVG 34)."""
        return self.is_breach and self.risk == Risk.HIGH


@dataclass(frozen=True)
class Rule:
    slug: str
    holds: Callable[[Facts], bool]
    risk: Risk


# Not a breach at all, whatever else is true.
WITHOUT = (
    Rule("no_personal_data", lambda facts: facts.personal == "no", Risk.NONE),
    Rule("nothing_lost", lambda facts: not facts.lost, Risk.NONE),
)
# What takes the risk away, where nothing grave is to be expected.
EASES = (
    Rule("unintelligible", lambda facts: facts.only_read and facts.unintelligible, Risk.NONE),
    Rule("trusted", lambda facts: facts.only_read and facts.trusted, Risk.NONE),
    Rule("restored", lambda facts: Lost.CONFIDENTIALITY not in facts.lost and facts.restored, Risk.NONE),
)
RAISES = (
    Rule("grave_consequences", lambda facts: bool(facts.consequences & GRAVE), Risk.HIGH),
    Rule("health_disclosed", lambda facts: facts.health and Lost.CONFIDENTIALITY in facts.lost, Risk.HIGH),
    Rule("bsn_disclosed", lambda facts: facts.bsn and Lost.CONFIDENTIALITY in facts.lost, Risk.HIGH),
    Rule("health_altered", lambda facts: facts.health and Lost.INTEGRITY in facts.lost, Risk.HIGH),
    Rule("many_persons", lambda facts: facts.sensitive and (facts.persons or 0) >= MANY, Risk.HIGH),
)
# What is not known yet counts as so until it is.
CAUTION = (
    Rule("personal_unknown", lambda facts: facts.personal == "unknown", Risk.RISK),
    Rule("persons_unknown", lambda facts: facts.persons is None, Risk.RISK),
)


def conclude(facts: Facts) -> Conclusion:
    """What follows from `facts`. Data that nobody can read, or that came to somebody trusted only, carries no risk even
    where it is sensitive; consequences that somebody names as likely weigh heavier than that."""
    if without := _slugs(WITHOUT, facts):
        return Conclusion(False, Risk.NONE, without)
    cautious, eased, raised = _slugs(CAUTION, facts), _slugs(EASES, facts), _slugs(RAISES, facts)
    if eased and "grave_consequences" not in raised:
        return Conclusion(True, Risk.NONE, (*eased, *cautious))
    return Conclusion(True, Risk.HIGH if raised else Risk.RISK, (*(raised or ("ordinary",)), *cautious))


def _slugs(rules: tuple[Rule, ...], facts: Facts) -> tuple[str, ...]:
    return tuple(rule.slug for rule in rules if rule.holds(facts))
