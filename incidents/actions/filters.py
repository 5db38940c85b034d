"""What people keep of their own: ways of looking at the worklist."""

from __future__ import annotations

from django.utils.translation import gettext as _

from desk.door import Invalid, NotAllowed
from desk.models import User
from incidents.models import SavedFilter

MOST = 12  # of one person; the list beside the worklist has to stay one that can be read


def keep_filter(
    by: User, name: str, *, view: str, sort: str, narrowed: dict[str, str], shared: bool
) -> SavedFilter:
    """Keep a way of looking under `name`; the same name replaces what it stood for."""
    mine = SavedFilter.objects.filter(owner=by)
    if mine.exclude(name=name).count() >= MOST:
        raise Invalid({"name": _("Je hebt er al %(most)d bewaard. Verwijder er eerst een.") % {"most": MOST}})
    kept, _made = SavedFilter.objects.update_or_create(
        owner=by, name=name, defaults={"view": view, "sort": sort, "narrowed": narrowed, "is_shared": shared}
    )
    return kept


def drop_filter(kept: SavedFilter, *, by: User) -> None:
    """Forget it; only its owner may."""
    if kept.owner_id != by.pk:
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    kept.delete()
