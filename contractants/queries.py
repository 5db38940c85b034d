"""Finding who calls."""

from __future__ import annotations

import re

from django.db.models import F, Func, Q, QuerySet, Value

from contractants.models import Contact
from desk.models import User

SHORTEST, MOST = 2, 8
SHORTEST_NUMBER = 4  # digits that are worth comparing
PREFIX = re.compile(r"^(0031|31|0)")


def callers(user: User, text: str) -> QuerySet[Contact]:
    """Active contacts whose name, telephone number, e-mail address or organisation holds every word of `text`."""
    words = text.replace("\x00", "").split()
    found = (
        Contact.objects.visible_to(user)
        .filter(is_active=True, user__is_active=True, contractant__is_active=True)
        .annotate(digits=Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace"))
        .select_related("user", "contractant")
        .order_by("user__name", "pk")
    )
    digits = PREFIX.sub("", re.sub(r"\D", "", text))
    if len(digits) >= SHORTEST_NUMBER:
        words = []
        found = found.filter(digits__contains=digits)
    elif len("".join(words)) < SHORTEST:
        return Contact.objects.none()
    for word in words[:10]:
        found = found.filter(
            Q(user__name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(contractant__name__icontains=word)
            | Q(contractant__city__icontains=word)
        )
    return found[:MOST]
