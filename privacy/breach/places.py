"""Where security incidents stand in the menus and beside a Melding."""

from django.db.models import Exists
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from desk import navigation, sessions
from desk.models import User
from desk.permissions import Role


def banner(user: User) -> str:
    """The 24 hours that run, for whoever may see them."""
    if not getattr(user, "breach_runs", True):
        return ""
    from privacy.breach.clock import bar
    from privacy.breach.queries import to_tell

    now = timezone.now()
    running = [{"case": one, "clock": bar(one, now)} for one in to_tell(user)]
    return render_to_string("privacy/breach/_banner.html", {"running": running}) if running else ""


def add() -> None:
    from privacy.breach import notice_kinds  # noqa: F401 - makes the kinds of notices known
    from privacy.models import SecurityIncident
    from privacy.models.breach_choices import TELLING

    sessions.asked["breach_runs"] = Exists(SecurityIncident.objects.filter(state__in=TELLING))
    if banner not in navigation.banners:
        navigation.banners.append(banner)
    navigation.add(
        navigation.Place("breaches", _("Beveiligingsincidenten"), "privacy:breaches", 70, daily=False),
        navigation.Place(
            "portal_breaches", _("Beveiliging"), "privacy:portal_breaches", 70, roles=frozenset({Role.CONTACT}), daily=False
        ),
        navigation.Beside(panel="privacy:breach_beside"),
        navigation.Beside(label=_("Beveiligingsincident openen"), start="privacy:breach_new", verb="breach.open"),
    )  # fmt: skip
