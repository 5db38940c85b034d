"""Where the staff's pages can go. An app makes its places known when it is loaded, so that the shell, which lies
below it, needs no knowledge of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from desk.models import User
from desk.permissions import STAFF


@dataclass(frozen=True)
class Place:
    """A link in the main menu of the staff's pages, or of the portal's for a contact. `slug` is what its pages call
    themselves in `nav`; `roles` are who sees it; what is not `daily` stands behind "Meer". `home_of` are the roles that
    land there; `only` narrows who sees it."""

    slug: str
    label: str | Promise
    address: str
    order: int
    roles: frozenset[str] = STAFF
    daily: bool = True
    home_of: frozenset[str] = frozenset()
    only: Callable[[User], bool] | None = None

    def is_for(self, user: User) -> bool:
        return user.role in self.roles and (self.only is None or self.only(user))


@dataclass(frozen=True)
class Beside:
    """What an app above this one adds to the page of a Melding, by names of addresses that take `?melding=number`; or to
    that of another kind of case, or of a version of the terms, named by `of`.

    `panel` answers a part of the page, loaded after it. `start` is where something new begins from the Melding,
    offered to whoever may `verb`; `ticked` takes a POST with the numbers of those that were ticked in a list.
    `report` answers a part of the page on which a contact reports something, given its `?subject=`.
    """

    label: str | Promise = ""
    panel: str = ""
    start: str = ""
    ticked: str = ""
    report: str = ""
    verb: str = ""
    of: str = "melding"


_places: list[Place] = []
_beside: list[Beside] = []


def add(*entries: Place | Beside) -> None:
    for entry in entries:
        known: list[Any] = _places if isinstance(entry, Place) else _beside
        if entry not in known:
            known.append(entry)


def places(user: User) -> list[dict[str, Any]]:
    """For the main menu of `user`, in order."""
    mine = sorted((place for place in _places if place.is_for(user)), key=lambda place: place.order)
    return [
        {"slug": one.slug, "label": one.label, "url": reverse(one.address), "daily": one.daily}
        for one in mine
    ]


def home(user: User) -> str:
    """The name of the address where `user` lands; empty where no place says so."""
    return next((place.address for place in _places if user.role in place.home_of), "")


def starts(user: User, number: str, of: str = "melding") -> list[dict[str, Any]]:
    """What `user` may begin from the case with this number."""
    return [
        {"label": one.label, "url": f"{reverse(one.start)}?{of}={number}"}
        for one in _beside
        if one.start and one.of == of and user.may(one.verb)
    ]


def panels(number: str, of: str = "melding") -> list[str]:
    """The addresses of the parts that are loaded beside the case with this number."""
    return [f"{reverse(one.panel)}?{of}={number}" for one in _beside if one.panel and one.of == of]


def ticked(user: User) -> list[dict[str, Any]]:
    """What `user` may do with the Meldingen that were ticked in a list."""
    return [
        {"label": one.label, "url": reverse(one.ticked)}
        for one in _beside
        if one.ticked and user.may(one.verb)
    ]


def reporting() -> list[str]:
    """The addresses of the parts that are loaded while a contact reports something."""
    return [reverse(one.report) for one in _beside if one.report]


# What stands above every page of staff, given who reads it: empty text for whoever it does not concern.
banners: list[Callable[[User], str]] = []
