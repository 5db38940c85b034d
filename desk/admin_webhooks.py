"""Beheer of webhooks: what was sent where and what came back. The endpoints are in `contractants.admin_webhooks`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.acts import Act, ActsAdmin, ReadOnlyAdmin
from desk.models import WebhookDelivery
from desk.models.trail import without_hidden
from desk.webhooks import keeping
from desk.webhooks.words import ERRORS


class Outcome(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("aflevering"), "aflevering"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("owed", gettext_lazy("te verzenden")), ("failed", gettext_lazy("opgegeven")),
                ("sent", gettext_lazy("afgeleverd"))]  # fmt: skip

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]
    ) -> QuerySet[WebhookDelivery]:
        wanted = {
            "owed": Q(delivered_at=None, failed_at=None),
            "failed": Q(failed_at__isnull=False),
            "sent": Q(delivered_at__isnull=False),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class WebhookDeliveryKeeper(ActsAdmin, ReadOnlyAdmin):
    """The delivery log."""

    list_display = (
        "created_at",
        "type",
        "endpoint",
        "delivered_at",
        "attempts",
        "status",
        "what_went_wrong",
    )
    list_filter = (Outcome, "endpoint")
    list_select_related = ("endpoint",)
    search_fields = ("type", "endpoint__name", "body")
    fields = ("endpoint", "type", "webhook_id", "created_at", "delivered_at", "failed_at", "attempts", "next_try_at",
              "status", "what_went_wrong", "answer", "body")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        return without_hidden(super().get_queryset(request), request.user, "event__")

    @admin.display(description=gettext_lazy("fout"))
    def what_went_wrong(self, row: WebhookDelivery) -> str | None:
        return str(ERRORS.get(row.error, row.error)) or None

    def acts(self, request: HttpRequest, row: WebhookDelivery) -> list[Act]:
        return [Act("send_again", _("Opnieuw versturen"))]

    def act(self, request: HttpRequest, row: WebhookDelivery, name: str, given: dict[str, Any]) -> str:
        if name != "send_again":
            raise Http404
        keeping.send_again(row, at=timezone.now())
        return _("Het bericht wordt binnen enkele tellen opnieuw verzonden.")
