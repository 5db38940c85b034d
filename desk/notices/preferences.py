"""What people do not want to be told by mail, where the contract leaves them that choice."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from desk.models import NoticePreference, User
from desk.notices.kinds import GROUPS, Text


def choices(user: User) -> list[tuple[str, Text]]:
    """The groups that this person may turn off."""
    return [(slug, label) for slug, (label, staff) in GROUPS.items() if staff == user.is_staff]


def wanted(user: User) -> list[str]:
    off = set(user.unwanted_notices.values_list("group", flat=True))
    return [slug for slug, _label in choices(user) if slug not in off]


@transaction.atomic
def want(user: User, groups: Iterable[str]) -> None:
    """From now on send these groups at once, and the others not at all."""
    on = set(groups)
    NoticePreference.objects.filter(user=user).delete()
    NoticePreference.objects.bulk_create(
        NoticePreference(user=user, group=slug) for slug, _label in choices(user) if slug not in on
    )
