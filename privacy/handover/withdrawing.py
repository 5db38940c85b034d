"""Archives that hold words which were taken out since (SLA 9.4, art. 7)."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from desk.models import Case
from privacy.models import Handover


def withdraw(cases: list[Case], all: bool) -> None:
    """Nobody fetches an archive any more of a contractant of these `cases`, nor of any other where they are nobody's in
    particular, or where `all` are meant. The files go once that is committed."""
    ready = Handover.objects.filter(state=Handover.State.READY)
    parties = {getattr(case, "party", None) for case in cases}
    if not all and None not in parties:
        ready = ready.filter(contractant__public_id__in=[str(party) for party in parties])
    for handover in ready:
        transaction.on_commit(partial(handover.file.storage.delete, str(handover.file.name)))
        handover.file, handover.state = "", Handover.State.EXPIRED
        handover.save(update_fields=["file", "state"])
