"""Beheer of mail that came in: what became of each message, the message itself, and trying again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import attachments, notices
from desk.acts import Act, ActsAdmin, ReadOnlyAdmin
from desk.models import InboundMail
from desk.permissions import SEES_RESTRICTED
from incidents import actions
from incidents.admin_sight import apart, mails, who

Outcome = InboundMail.Outcome
AGAIN = frozenset({Outcome.SET_ASIDE, Outcome.AUTOMATIC})


@admin.register(InboundMail)
class InboundMailKeeper(ActsAdmin, ReadOnlyAdmin):
    list_display = ("received_at", "sender", "subject", "outcome", "case", "reason")
    list_display_links = ("received_at", "subject")
    list_filter = ("outcome", "mailbox")
    search_fields = ("sender", "subject", "key")
    fields = ("subject", "sender", "mailbox", "received_at", "outcome", "reason", "case", "size", "sha256", "attempts",
              "copies", "original")  # fmt: skip
    readonly_fields = ("case", "original")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What answers a case that is kept apart waits for who watches over those."""
        return super().has_view_permission(request, obj) or who(request).role in SEES_RESTRICTED

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMail]:
        rows, user = mails(super().get_queryset(request), who(request)), who(request)
        return apart(rows) if user.role in SEES_RESTRICTED else rows

    @admin.display(description=gettext_lazy("zaak"))
    def case(self, row: InboundMail) -> SafeString | str:
        found = notices.case_of(row.case_type, row.case_id)
        return format_html('<a href="{}">{}</a>', found.get_absolute_url(), found) if found else ""  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("origineel"))
    def original(self, row: InboundMail) -> SafeString:
        url = reverse("admin:desk_inboundmail_file", args=[row.pk])
        return format_html('<a href="{}" download>{}</a>', url, row.name)

    def acts(self, request: HttpRequest, row: InboundMail) -> list[Act]:
        label = _("Opnieuw proberen") if row.outcome == Outcome.SET_ASIDE else _("Toch behandelen")
        return [Act("retry", label)] if row.outcome in AGAIN else []

    def act(self, request: HttpRequest, row: InboundMail, name: str, given: dict[str, Any]) -> str:
        if name != "retry":
            raise Http404
        self._may(request)
        done = actions.retry_mail(row, at=timezone.now())
        return _("Uitkomst: %(outcome)s. %(reason)s") % {
            "outcome": done.get_outcome_display(), "reason": done.reason,
        }  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:pk>/bericht/", view, name="desk_inboundmail_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The message as it arrived, always as a download."""
        self._may(request)
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        return attachments.download(row)

    def _may(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
