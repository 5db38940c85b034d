"""Where a page can go, for the templates of the two shells and of the Melding."""

from __future__ import annotations

from typing import Any

from django import template

from desk import navigation
from desk.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def places(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The links of the main menu that apps have added for this person."""
    user = context.get("user")
    return navigation.places(user) if isinstance(user, User) else []


@register.simple_tag(takes_context=True)
def starts(context: dict[str, Any], number: str, of: str = "melding") -> list[dict[str, Any]]:
    """What this person may begin from the case with this number."""
    return navigation.starts(context["user"], number, of)


@register.simple_tag(takes_context=True)
def banners(context: dict[str, Any]) -> list[str]:
    """What stands above every page of staff for this person."""
    user = context.get("user")
    return [text for banner in navigation.banners if isinstance(user, User) and (text := banner(user))]


@register.simple_tag
def panels(number: str, of: str = "melding") -> list[str]:
    """The parts of the page of a case that other apps add."""
    return navigation.panels(number, of)


@register.simple_tag(takes_context=True)
def ticked(context: dict[str, Any]) -> list[dict[str, Any]]:
    """What the user may do with the Meldingen that were ticked in a list."""
    return navigation.ticked(context["request"].user)


@register.simple_tag
def reporting() -> list[str]:
    """The addresses of the parts to load while a contact reports something."""
    return navigation.reporting()
