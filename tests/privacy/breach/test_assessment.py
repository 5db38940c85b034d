"""What follows from the answers of the standard assessment, by an own table (SLA 7.4; AVG 4(12), 33, 34)."""

from __future__ import annotations

import itertools

import pytest

from domain.breach import Facts, Lost, Risk, conclude
from privacy.models import REASONS

C, I, A = Lost.CONFIDENTIALITY, Lost.INTEGRITY, Lost.AVAILABILITY  # noqa: E741 - the letters of BIV in English


@pytest.mark.parametrize(
    ("facts", "is_breach", "risk", "first"),
    [
        (Facts("no", frozenset({C})), False, Risk.NONE, "no_personal_data"),
        (Facts("yes"), False, Risk.NONE, "nothing_lost"),
        (Facts("unknown", frozenset({C}), persons=3), True, Risk.RISK, "ordinary"),
        (Facts("yes", frozenset({C}), persons=3), True, Risk.RISK, "ordinary"),
        (Facts("yes", frozenset({C}), health=True, unintelligible=True, persons=3), True, Risk.NONE, "unintelligible"),
        (Facts("yes", frozenset({C, A}), health=True, unintelligible=True, persons=3), True, Risk.HIGH, "health_disclosed"),
        (Facts("yes", frozenset({C}), bsn=True, trusted=True, persons=3), True, Risk.NONE, "trusted"),
        (Facts("yes", frozenset({C}), trusted=True, persons=3, consequences=frozenset({"identity"})), True, Risk.HIGH, "grave_consequences"),
        (Facts("yes", frozenset({A}), health=True, restored=True, persons=3), True, Risk.NONE, "restored"),
        (Facts("yes", frozenset({C}), restored=True, persons=3), True, Risk.RISK, "ordinary"),
        (Facts("yes", frozenset({A}), health=True, persons=1000), True, Risk.HIGH, "many_persons"),
        (Facts("yes", frozenset({A}), persons=100_000), True, Risk.RISK, "ordinary"),
        (Facts("yes", frozenset({I}), health=True, persons=1), True, Risk.HIGH, "health_altered"),
        (Facts("yes", frozenset({C}), bsn=True, persons=1), True, Risk.HIGH, "bsn_disclosed"),
    ],
)  # fmt: skip
def test_sla_7_4_the_same_answers_lead_to_the_same_conclusion(
    facts: Facts, is_breach: bool, risk: Risk, first: str
) -> None:
    found = conclude(facts)
    assert (found.is_breach, found.risk, found.reasons[0]) == (is_breach, risk, first)
    assert (found.tell_authority, found.tell_subjects) == (risk != Risk.NONE, risk == Risk.HIGH)


def test_every_answer_has_a_conclusion_with_reasons_and_worse_answers_never_lower_it() -> None:
    order = [Risk.NONE, Risk.RISK, Risk.HIGH]
    subsets = [frozenset(one) for n in range(4) for one in itertools.combinations(Lost, n)]
    for personal, lost, health, bsn, eased in itertools.product(
        ("yes", "no", "unknown"), subsets, (False, True), (False, True), (False, True)
    ):
        for persons in (None, 1, 5000):
            mild = Facts(personal, lost, health, bsn, eased, eased, eased, persons)
            grave = Facts(personal, lost, health, bsn, eased, eased, eased, persons, frozenset({"care"}))
            found = conclude(mild)
            assert found.reasons
            assert set(found.reasons) <= set(REASONS)
            assert order.index(conclude(grave).risk) >= order.index(found.risk)
            assert ("persons_unknown" in found.reasons) == (found.is_breach and persons is None)
