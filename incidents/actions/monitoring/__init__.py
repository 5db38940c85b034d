"""Taking in monitoring: none lost, none doubled (SLA 2.17, 4.2, 9.1).

What was delivered and what it leads to are committed together, and only PostgreSQL is needed for it.
Deliveries of one source wait for each other; those of other sources do not.
"""

from incidents.actions.monitoring.events import ACKNOWLEDGE, RESOLVE, TRIGGER, MonitoringEvent
from incidents.actions.monitoring.keeping import keep_unreadable, take, take_again, take_event
from incidents.actions.monitoring.reconcile import reconcile
from incidents.actions.monitoring.watchdogs import beat, watch

__all__ = [
    "ACKNOWLEDGE", "RESOLVE", "TRIGGER", "MonitoringEvent", "beat", "keep_unreadable", "reconcile", "take", "take_again",
    "take_event", "watch",
]  # fmt: skip
