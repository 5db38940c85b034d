"""Everything that may be done to a service level report."""

from reports.monthly.actions.life import note, publish, rebuild, review, send_back
from reports.monthly.actions.making import make, make_drafts, refresh

__all__ = ["make", "make_drafts", "note", "publish", "rebuild", "refresh", "review", "send_back"]
