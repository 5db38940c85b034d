"""Quarantine: something that came in with the owner's Melding and was taken out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desk import quarantine
from desk.arriving import way_in
from desk.models import Quarantined
from incidents.models import Melding
from tests.factories import MOMENT
from tests.gate.kinds import Corner


def mark(melding: Melding) -> dict[str, Any]:
    from tests.gate.test_gate import MARK

    with way_in(Quarantined.Source.API, MOMENT + timedelta(minutes=6)):
        row = quarantine.hold(
            MARK.encode(), Quarantined.Kind.NUMBER, f"{MARK} plaats", case_type="melding", case_id=melding.pk
        )
    return {"held": row.public_id}


CORNER = Corner(unknown={"held": "77777777-7777-4777-8777-777777777777"}, mark=mark)
