"""Who did or saw what (NEN 7513, art. 7.4): written here, kept for five years, never changed.

    audit.log("reveal_bsn", by=user, at=now, obj=melding, why="asked_by_contractant")

writes one record within the caller's transaction: an act that cannot be recorded does not happen.
"""

from desk.audit.reading import polled
from desk.audit.recording import Of, log, refused
from desk.models.audit import Mode, Result

DONE, REFUSED, FAILED = Result.DONE, Result.REFUSED, Result.FAILED

__all__ = ["DONE", "FAILED", "REFUSED", "Mode", "Of", "log", "polled", "refused"]
