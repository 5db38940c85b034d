"""Who may do what: one table that buttons, API, admin and the door read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from desk.models import User


class Role(models.TextChoices):
    """Staff roles (SLA 4, 5, art. 2.12), the contact's, and that of a machine with a token."""

    SUPPORT = "support", _("Supportafdeling")
    ON_CALL = "on_call", _("Beschikbaarheidsdienst")
    PRODUCT_MANAGER = "product_manager", _("Productmanager")
    SERVICE_LEVEL_MANAGER = "service_level_manager", _("Servicelevelmanager")
    MANAGEMENT = "management", _("Directie")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMINISTRATOR = "administrator", _("Beheerder")
    MACHINE = "machine", _("Systeem")
    CONTACT = "contact", _("Contactpersoon")


STAFF = frozenset(set(Role) - {Role.MACHINE, Role.CONTACT})
SEES_ALL = STAFF | {Role.MACHINE}
# Who reads what is restricted to security incidents without being let in (SLA 7.4).
SEES_RESTRICTED = frozenset({Role.PRIVACY_OFFICER, Role.MANAGEMENT})

CONTACT_VERBS = frozenset(
    {"report", "reply", "attach", "accept", "reopen", "escalate", "follow_escalation", "request_talk"}
)
AGENT_VERBS = frozenset(
    {
        "register", "reply", "note", "attach", "pick_up", "contacted", "diagnose", "assign", "set_priority",
        "complete", "convert", "wait_for_contractant", "wait_for_chain", "resume", "resolve", "close",
        "reopen", "cancel", "mark_duplicate", "merge", "split", "relate", "follow_up", "agree_date",
        "hand_over", "read_reaction", "ask_chain", "answer_chain", "confirm_report", "escalate", "cannot_meet",
        "handle_escalation", "request_talk", "swap_duty",
    }
)  # fmt: skip
MANAGEMENT_VERBS = frozenset(
    {"note", "handle_escalation", "set_priority", "hold_talk"}
)  # the last echelon (SLA 4.4)

AGENTS = frozenset(
    {
        Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR, Role.MACHINE
    }
)  # fmt: skip
MANAGERS = frozenset({Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR})
# The other kinds of case: their verbs by the name of their kind, and who may.
GRANTS: list[tuple[frozenset[str], frozenset[str]]] = [
    # quarantine, and taking words out afterwards (SLA 9.4)
    (frozenset({"quarantine.reveal"}), frozenset({Role.PRIVACY_OFFICER, Role.SUPPORT})),
    (frozenset({"redact"}), AGENTS - {Role.MACHINE} | {Role.PRIVACY_OFFICER}),
    # problems
    (
        frozenset(
            {
                "problem.open",
                "problem.analyse",
                "problem.find_workaround",
                "problem.confirm",
                "problem.plan_solution",
                "problem.solve",
                "problem.close",
                "problem.reopen",
                "problem.link",
                "problem.assign",
                "problem.assess",
                "problem.revise",
                "problem.apply",
            }
        ),
        AGENTS,
    ),
    (frozenset({"problem.publish", "problem.abandon"}), MANAGERS),
    (frozenset({"problem.note"}), AGENTS | {Role.MANAGEMENT}),
    # changes
    (
        frozenset(
            {
                "change.register",
                "change.assess",
                "change.build",
                "change.describe",
                "change.agree_date",
                "change.reply",
                "change.note",
            }
        ),
        AGENTS,
    ),
    (frozenset({"change.decide", "change.plan"}), MANAGERS),
    (frozenset({"change.approve"}), frozenset({Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER})),
    (frozenset({"change.request", "change.reply", "change.withdraw"}), frozenset({Role.CONTACT})),
    # releases
    (frozenset({"release.describe", "release.note", "release.record_use"}), AGENTS),
    (frozenset({"release.register", "release.plan", "release.publish"}), MANAGERS),
    # maintenance
    (frozenset({"maintenance.carry_out", "maintenance.note"}), AGENTS),
    (frozenset({"maintenance.plan"}), AGENTS - {Role.ON_CALL}),
    # complaints
    (
        frozenset({"complaint.register", "complaint.assign"}),
        frozenset(
            {Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR}
        ),
    ),
    (
        frozenset({"complaint.inform"}),
        frozenset({Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER}),
    ),
    (frozenset({"complaint.treat"}), frozenset({Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER})),
    (
        frozenset({"complaint.close"}),
        frozenset(
            {Role.SUPPORT, Role.ON_CALL, Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT}
        ),
    ),
    (frozenset({"complaint.note"}), STAFF),
    (frozenset({"complaint.register", "complaint.follow"}), frozenset({Role.CONTACT})),
    # availability
    (frozenset({"availability.record"}), AGENTS),
    (frozenset({"availability.exclude"}), MANAGERS),
    # performance
    (frozenset({"performance.agree"}), MANAGERS),
    # reports
    (frozenset({"report.make"}), MANAGERS),
    (frozenset({"report.review"}), frozenset({Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER})),
    (
        frozenset({"report.publish", "report.send_back"}),
        frozenset({Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER, Role.MANAGEMENT}),
    ),
    (frozenset({"report.note"}), STAFF),
    (frozenset({"report.what_if", "report.verify"}), MANAGERS),
    # security incidents and breaches
    (frozenset({"breach.open", "breach.help"}), STAFF),
    (frozenset({"breach.handle", "breach.approve", "breach.register"}), SEES_RESTRICTED),
    # what is restricted
    (frozenset({"restrict"}), STAFF),
    (frozenset({"let_in", "shut_out"}), SEES_RESTRICTED),
    # privacy: retention, legal holds and registers
    (
        frozenset(
            {"privacy.retain", "privacy.hold", "privacy.register", "request.handle", "subprocessor.handle"}
        ),
        frozenset({Role.PRIVACY_OFFICER}),
    ),
    (frozenset({"request.register"}), STAFF),
    (frozenset({"request.instruct", "subprocessor.object"}), frozenset({Role.CONTACT})),
    # the end of a contract; what is handed over holds what is restricted
    (frozenset({"handover.make"}), SEES_RESTRICTED & {Role.PRIVACY_OFFICER}),
    (frozenset({"erasure.plan", "erasure.approve"}), frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})),
    # who did or saw what
    (frozenset({"privacy.audit"}), frozenset({Role.PRIVACY_OFFICER})),
]

VERBS: dict[str, frozenset[str]] = {
    Role.SUPPORT: AGENT_VERBS,
    Role.ON_CALL: AGENT_VERBS,
    Role.PRODUCT_MANAGER: AGENT_VERBS,
    Role.SERVICE_LEVEL_MANAGER: AGENT_VERBS | {"apply_policy", "plan_duty", "hold_talk"},
    Role.MANAGEMENT: MANAGEMENT_VERBS,
    Role.PRIVACY_OFFICER: frozenset({"note"}),
    Role.ADMINISTRATOR: AGENT_VERBS | {"apply_policy", "plan_duty", "hold_talk"},
    Role.MACHINE: AGENT_VERBS,
    Role.CONTACT: CONTACT_VERBS,
}

# Django's admin: app label -> who may add, change and delete there. All staff may look, except at `PRIVATE`.
KEEPERS: dict[str, frozenset[str]] = {
    "desk": frozenset({Role.ADMINISTRATOR}),
    "contractants": frozenset({Role.ADMINISTRATOR, Role.SERVICE_LEVEL_MANAGER}),
    "sla": frozenset({Role.ADMINISTRATOR, Role.SERVICE_LEVEL_MANAGER}),
    "incidents": frozenset({Role.ADMINISTRATOR}),
    "problems": frozenset({Role.ADMINISTRATOR}),
    "changes": frozenset({Role.ADMINISTRATOR}),
    "complaints": frozenset({Role.ADMINISTRATOR}),
    "reports": frozenset({Role.ADMINISTRATOR, Role.SERVICE_LEVEL_MANAGER}),
    "privacy": frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}),
}
PRIVATE = frozenset(
    {
        "desk.user",
        "desk.auditcheck",
        "desk.apitoken",
        "desk.notice",
        "desk.inboundmail",
        "desk.idempotentrequest",
        "desk.quarantined",
        "desk.revealed",
        "desk.falsealarm",
        "desk.webhookendpoint",
        "desk.webhookdelivery",
        "incidents.alertsource",
    }
)


for _verbs, _roles in GRANTS:
    VERBS |= {role: VERBS[role] | _verbs for role in _roles}


def may(user: User | None, verb: str) -> bool:
    """Whether the role of `user` holds `verb`; None is the desk itself and may do everything."""
    return user is None or (user.is_active and verb in VERBS.get(user.role, frozenset()))


def allows(verb: str) -> Callable[[Any, Any], bool]:
    """The `permission=` of a declared transition."""
    return lambda case, user: may(user, verb)


def may_in_admin(user: User, perm: str) -> bool:
    """Answer Django's `app.action_model` permission for the admin site."""
    app, _, codename = perm.partition(".")
    action, _, model = codename.partition("_")
    if not user.is_active or user.role not in STAFF:
        return False
    if action == "view" and f"{app}.{model}" not in PRIVATE:
        return app in KEEPERS
    return user.role in KEEPERS.get(app, frozenset())
