"""Beheer of who is served, and which Diensten they use."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants import actions, own_sign_in
from contractants.admin_webhooks import WebhookEndpointKeeper
from contractants.forms import ContactForm
from contractants.models import Contact, Contractant, IdentityProvider, Partnership, Service, ServiceMatch
from desk import notices
from desk.acts import Act, ActsAdmin, GuardedAdmin, Rejecting
from desk.guard import GuardedModelForm
from desk.models import User, WebhookEndpoint


@admin.register(Partnership)
class PartnershipKeeper(GuardedAdmin):
    list_display = ("name", "region")
    search_fields = ("name", "region")


@admin.register(Contractant)
class ContractantKeeper(GuardedAdmin):
    list_display = ("name", "city", "is_active")
    list_filter = ("is_active", "partnerships")
    search_fields = ("name", "city")
    filter_horizontal = ("partnerships",)

    def save_model(self, request: HttpRequest, obj: Contractant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            actions.switch(obj, by=_keeper(request), at=timezone.now())


class RejectingUser(Rejecting):
    user = "user__"


@admin.register(Contact)
class ContactKeeper(ActsAdmin):
    """Registered people (SLA 10.1). Somebody who leaves is taken off the register; what they reported stays."""

    form = ContactForm
    list_display = ("name", "email", "contractant", "role", "is_active", "mail_rejected")
    list_filter = ("role", "is_active", RejectingUser)
    list_select_related = ("user", "contractant")
    search_fields = ("user__name", "user__email", "contractant__name", "phone")
    autocomplete_fields = ("contractant", "partnership")
    ordering = ("user__name",)

    @admin.display(description=gettext_lazy("naam"), ordering="user__name")
    def name(self, row: Contact) -> str:
        return row.user.name

    @admin.display(description=gettext_lazy("e-mailadres"), ordering="user__email")
    def email(self, row: Contact) -> str:
        return row.user.email

    @admin.display(description=gettext_lazy("mailbox weigert"))
    def mail_rejected(self, row: Contact) -> str:
        return row.user.mail_rejected_because if row.user.mail_rejected_at else ""

    def get_fields(self, request: HttpRequest, obj: Contact | None = None) -> Any:
        facts = ["name", "email", "contractant", "role", "partnership", "phone"]
        return [*facts, "is_active", "mail_rejected"] if obj else facts

    def get_readonly_fields(self, request: HttpRequest, obj: Contact | None = None) -> list[str]:
        return ["contractant", "is_active", "mail_rejected"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Contact | None = None) -> bool:
        return (obj is None or obj.is_active) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Contact | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        by, at = _keeper(request), timezone.now()
        if change:
            saved = actions.change_contact(obj, form.person(), by=by, at=at)
        else:
            saved = actions.register_contact(obj.contractant, form.person(), by=by, at=at)
        obj.__dict__.update(saved.__dict__)

    def acts(self, request: HttpRequest, row: Contact) -> list[Act]:
        if not super().has_change_permission(request, row):
            return []
        acts = [Act("remove", _("Afmelden"))] if row.is_active else [Act("restore", _("Weer opnemen"), "go")]
        return [*acts, Act("mail_again", _("Mailbox werkt weer"))] if row.user.mail_rejected_at else acts

    def act(self, request: HttpRequest, row: Contact, name: str, given: dict[str, Any]) -> str:
        by, at = _keeper(request), timezone.now()
        if name == "remove":
            actions.remove_contact(row, by=by, at=at)
            return _("%(contact)s is afgemeld en kan niet meer aanmelden.") % {"contact": row}
        if name == "restore":
            actions.restore_contact(row, by=by, at=at)
            return _("%(contact)s is weer opgenomen.") % {"contact": row}
        if name == "mail_again":
            notices.works_again(row.user, by=by, at=at)
            return _("%(person)s krijgt weer mail.") % {"person": row}
        raise Http404


@admin.register(IdentityProvider)
class IdentityProviderKeeper(GuardedAdmin):
    """The link is what the contractant gives its people; the secret is never shown, only whether there is one."""

    list_display = ("contractant", "issuer", "is_active", "has_secret")
    list_select_related = ("contractant",)
    autocomplete_fields = ("contractant",)
    readonly_fields = ("has_secret", "link")

    @admin.display(description=gettext_lazy("geheim aanwezig"), boolean=True)
    def has_secret(self, row: IdentityProvider) -> bool:
        return bool(row.secret)

    @admin.display(description=gettext_lazy("link om aan te melden"))
    def link(self, row: IdentityProvider) -> str:
        return own_sign_in.link(row) if row.pk else "-"


class MatchInline(admin.TabularInline[ServiceMatch, Service]):
    form = GuardedModelForm
    model = ServiceMatch
    extra = 1


@admin.register(Service)
class ServiceKeeper(GuardedAdmin):
    """A Dienst, with the words by which monitoring names it."""

    inlines = (MatchInline,)
    list_display = ("name", "kind", "slug", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "slug", "matches__value")


@admin.register(ServiceMatch)
class ServiceMatchKeeper(GuardedAdmin):
    list_display = ("value", "field", "service")
    list_filter = ("field", "service")
    list_select_related = ("service",)
    search_fields = ("value", "service__name")
    autocomplete_fields = ("service",)


admin.site.register(WebhookEndpoint, WebhookEndpointKeeper)


def _keeper(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
