"""Beheer of webhooks: which address hears of what, of whom. Here, because an address may be a contractant's."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contractant
from desk.acts import Act, ActsAdmin
from desk.guard import Guarded
from desk.models import WebhookEndpoint
from desk.webhooks import keeping, owing, signing
from desk.webhooks.sending import Unsafe, checked, resolve
from desk.webhooks.words import DISABLED, ERRORS


class WebhookForm(Guarded, forms.ModelForm[WebhookEndpoint]):
    party = forms.ModelChoiceField(
        Contractant.objects.filter(is_active=True), label=gettext_lazy("Contractant"), required=False, to_field_name="public_id",
        help_text=gettext_lazy("Leeg: alle zaken van de desk. Anders alleen wat deze contractant in het portaal ziet."),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Gebeurtenissen"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Niets aangekruist: alle gebeurtenissen."),
    )  # fmt: skip

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "party", "events", "active")
        help_texts: ClassVar[dict[str, Any]] = {
            "url": gettext_lazy("Waar berichten heen gaan, bijvoorbeeld https://voorbeeld.nl/haak.")
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "events" in self.fields:
            self.fields["events"].choices = owing.types()  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            resolve(checked(url))
        except Unsafe as refusal:
            raise forms.ValidationError(ERRORS[str(refusal)]) from refusal
        return url

    def clean_party(self) -> Any:
        chosen = self.cleaned_data["party"]
        return chosen.public_id if chosen else None


class WebhookEndpointKeeper(ActsAdmin):
    """A secret is shown once, in the answer to making it."""

    form = WebhookForm
    list_display = ("name", "url", "active", "why_disabled", "last_success_at")
    list_filter = ("active",)
    search_fields = ("name", "url")
    readonly_fields = ("why_disabled", "last_success_at", "former_until")

    @admin.display(description=gettext_lazy("uitgezet omdat"))
    def why_disabled(self, row: WebhookEndpoint) -> str | None:
        return str(DISABLED.get(row.disabled_reason, row.disabled_reason)) or None

    def get_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> list[Any]:
        asked = ["name", "url", "party", "events", "active"]
        return [*asked, *self.readonly_fields] if obj else asked

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        if obj.active:
            obj.disabled_reason = ""
        super().save_model(request, obj, form, change)
        if not change:
            request.META["desk.secret"] = signing.secret(obj.salt)  # for the one page that shows it

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._made(request, obj)

    def acts(self, request: HttpRequest, row: WebhookEndpoint) -> list[Act]:
        if not self.has_change_permission(request, row):
            return []
        return [Act("test", _("Testbericht sturen")), Act("rotate", _("Nieuw geheim"))]

    def act(self, request: HttpRequest, row: WebhookEndpoint, name: str, given: dict[str, Any]) -> str:
        if name not in {"test", "rotate"}:
            raise Http404
        if name == "test":
            keeping.send_test(row, at=timezone.now())
            log = reverse("admin:desk_webhookdelivery_changelist")
            return format_html(
                '{} <a href="{}">{}</a>', _("Het testbericht is onderweg."), log, _("Naar de afleveringen")
            )
        request.META["desk.secret"] = keeping.rotate(row, at=timezone.now())
        return _("Het vorige geheim ondertekent nog een etmaal mee.")

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        answer = super().act_view(request, object_id, name)
        row = self.get_object(request, object_id)
        return self._made(request, row) if row and "desk.secret" in request.META else answer

    def _made(self, request: HttpRequest, row: WebhookEndpoint) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "endpoint": row,
                   "secret": request.META.pop("desk.secret"), "title": _("Geheim van de webhook")}  # fmt: skip
        return render(request, "admin/desk/webhookendpoint/made.html", context)
