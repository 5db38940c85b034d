"""Beheer of telling people: the outbox, the mail of this machine, and the texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from desk import notices, postbus
from desk.acts import Act, ActsAdmin, ReadOnlyAdmin
from desk.door import Invalid, Refused
from desk.guard import Guarded
from desk.models import Case, MessageTemplate, Notice, User
from desk.models.trail import without_hidden
from desk.notices import queue, status, texts
from desk.notices.kinds import KINDS, Kind, kind_of
from desk.permissions import Role


class Delivery(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("aflevering"), "aflevering"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("owed", gettext_lazy("te verzenden")), ("failed", gettext_lazy("mislukt, wordt herhaald")),
                ("dropped", gettext_lazy("niet afgeleverd")), ("sent", gettext_lazy("verzonden"))]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        wanted = {
            "owed": Q(sent_at=None, dropped_at=None),
            "failed": Q(sent_at=None, dropped_at=None, attempts__gt=0),
            "dropped": Q(dropped_at__isnull=False),
            "sent": Q(sent_at__isnull=False),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


@admin.register(Notice)
class NoticeKeeper(ActsAdmin, ReadOnlyAdmin):
    """The outbox: what was owed to whom, whether it went, and why not."""

    list_display = ("created_at", "what", "how_it_stands", "email", "subject")
    list_display_links = ("created_at", "what")
    list_filter = (Delivery,)
    search_fields = ("email", "name", "subject", "key")
    fields = ("subject", "email", "name", "language", "what", "created_at", "how_it_stands", "sent_at", "attempts",
              "next_try_at", "dropped_at", "error", "body")  # fmt: skip
    readonly_fields = ("what", "how_it_stands")
    actions = ("retry_chosen", "drop_chosen")
    change_list_template = "admin/desk/notice/outbox.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return without_hidden(super().get_queryset(request), request.user)

    @admin.display(description=gettext_lazy("soort"), ordering="key")
    def what(self, row: Notice) -> str:
        return str(kind_of(row.key).label)

    @admin.display(description=gettext_lazy("stand"))
    def how_it_stands(self, row: Notice) -> str:
        return status.told(row, timezone.now())

    def has_keep_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("desk.change_notice")

    @admin.action(description=gettext_lazy("Nu opnieuw proberen"), permissions=["keep"])
    def retry_chosen(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        found = queue.retry_all(Notice.objects.filter(pk__in=chosen.values("pk")), at=timezone.now())
        messages.success(request, _("%(n)s bericht(en) worden nu opnieuw geprobeerd.") % {"n": found})

    @admin.action(description=gettext_lazy("Laten vervallen"), permissions=["keep"])
    def drop_chosen(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        waiting = Notice.objects.filter(pk__in=chosen.values("pk"))
        found = notices.drop(waiting, Notice.Dropped.GIVEN_UP, at=timezone.now())
        messages.success(request, _("%(n)s bericht(en) worden niet meer verzonden.") % {"n": found})

    def acts(self, request: HttpRequest, row: Notice) -> list[Act]:
        superseded = row.dropped_because == Notice.Dropped.SUPERSEDED
        again = [] if row.sent_at or superseded else [Act("retry", _("Opnieuw proberen"))]
        return again if row.sent_at or row.dropped_at else [*again, Act("drop", _("Laten vervallen"))]

    def act(self, request: HttpRequest, row: Notice, name: str, given: dict[str, Any]) -> str:
        if name == "retry":
            notices.retry(row, at=timezone.now())
            return _("Het bericht wordt binnen enkele tellen opnieuw verzonden.")
        if name == "drop":
            notices.drop(Notice.objects.filter(pk=row.pk), Notice.Dropped.GIVEN_UP, at=timezone.now())
            return _("Het bericht wordt niet meer verzonden.")
        raise Http404

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("postbus/", view(self.mailbox_view), name="desk_mailbox"),
            path("postbus/<str:name>/", view(self.mail_view), name="desk_mail"),
            path("verzenden/<slug:what>/", view(require_POST(self.switch_view)), name="desk_outbox_switch"),
            *super().get_urls(),
        ]

    def switch_view(self, request: HttpRequest, what: str) -> HttpResponse:
        """Still the outbox, or let it go on."""
        if not self.has_keep_permission(request):
            raise PermissionDenied
        if what not in {"stil", "verder"}:
            raise Http404
        try:
            notices.freeze(timezone.now()) if what == "stil" else notices.thaw()
        except Refused as error:
            messages.error(request, str(error))
        return redirect("admin:desk_notice_changelist")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"has_mailbox": postbus.is_local(), "queue": queue.figures(timezone.now())}
        return super().changelist_view(request, {**(extra_context or {}), **shown})

    def mailbox_view(self, request: HttpRequest) -> HttpResponse:
        """Mail that an embedded desk wrote to its own disk."""
        self._may_read_mail(request)
        return self._mail_page(request, "mailbox", _("Postbus"), mails=postbus.newest(100))

    def mail_view(self, request: HttpRequest, name: str) -> HttpResponse:
        self._may_read_mail(request)
        mail = postbus.read(name)
        if mail is None:
            raise Http404
        return self._mail_page(request, "mail", mail.subject, mail=mail)

    def _may_read_mail(self, request: HttpRequest) -> None:
        if not postbus.is_local():
            raise Http404
        if getattr(request.user, "role", None) != Role.ADMINISTRATOR:
            raise PermissionDenied

    def _mail_page(self, request: HttpRequest, page: str, title: str, **context: Any) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return render(request, f"admin/desk/notice/{page}.html", shown)


class TextForm(Guarded):
    subject = forms.CharField(label=gettext_lazy("Onderwerp"), max_length=200)
    body = forms.CharField(
        label=gettext_lazy("Tekst"),
        max_length=10_000,
        widget=forms.Textarea({"rows": 18, "class": "vLargeTextField"}),
    )
    number = forms.CharField(
        label=gettext_lazy("Voorbeeld met melding"), required=False, max_length=20,
        help_text=gettext_lazy("Het nummer van een melding. Leeg: met verzonnen gegevens."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: Kind, language: str, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.language, self.user = kind, language, user

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "subject" in given and "body" in given:
            try:
                texts.check(self.kind, given["subject"], given["body"])
            except Invalid as wrong:
                for name, text in wrong.errors.items():
                    self.add_error(name, text)
        if given.get("number") and self.words() is None:
            self.add_error("number", _("Er is geen melding met dit nummer."))
        return given

    def words(self) -> Any:
        number = self.cleaned_data.get("number")
        if number:
            return texts.of_case(self.kind, self.language, number, self.user)
        return texts.example(self.kind, self.language)

    def preview(self) -> tuple[str, str]:
        return texts.preview(self.cleaned_data["subject"], self.cleaned_data["body"], self.words())


@admin.register(MessageTemplate)
class MessageTemplateKeeper(ReadOnlyAdmin):
    """Who is told what, in one table drawn from the code; from there to each text, which can be changed."""

    def has_keep_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("desk.change_messagetemplate")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.text_view)
        return [path("<slug:key>/<slug:language>/", view, name="desk_notice_text"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, "table", _("Wie krijgt welk bericht"), rows=list(_table()))

    def text_view(self, request: HttpRequest, key: str, language: str) -> HttpResponse:
        """One text: look, try, test, keep, or go back to the one that came with the desk."""
        if not self.has_keep_permission(request):
            raise PermissionDenied
        if key not in KINDS or language not in dict(settings.LANGUAGES):
            raise Http404
        kind, asked = KINDS[key], request.POST.get("do", "")
        if asked == "reset":
            texts.reset(kind, language)
            return self._done(request, _("De standaardtekst wordt weer gebruikt."), key, language)
        subject, body = texts.current(kind, language)
        assert isinstance(request.user, User)
        form = TextForm(
            request.POST or None, kind=kind, language=language, user=request.user,
            initial={"subject": subject, "body": body},
        )  # fmt: skip
        if form.is_valid() and asked in {"save", "test"}:
            return self._act(request, form, asked)
        return self._page(
            request, "text", f"{kind.label} ({language})", form=form, words=texts.example(kind, language).items(),
            preview=form.preview() if form.is_bound and form.is_valid() else None,
            changed=MessageTemplate.objects.filter(key=key, language=language).first(),
            status=422 if form.errors else 200,
        )  # fmt: skip

    def _act(self, request: HttpRequest, form: TextForm, asked: str) -> HttpResponse:
        user, kind, language = request.user, form.kind, form.language
        assert isinstance(user, User)
        if asked == "test":
            subject, text = form.preview()
            notices.owe_user("template_test", user, data={"subject": subject, "text": text})
            messages.success(
                request, _("Het testbericht is naar %(email)s onderweg.") % {"email": user.email}
            )
            return self._page(request, "text", f"{kind.label} ({language})", form=form, preview=(subject, text),
                              words=texts.example(kind, language).items())  # fmt: skip
        given = form.cleaned_data
        kept = texts.change(kind, language, given["subject"], given["body"], by=user, at=timezone.now())
        self.log_change(request, kept, _("Tekst gewijzigd"))
        return self._done(request, _("De tekst is bewaard en wordt vanaf nu gebruikt."), kind.key, language)

    def _done(self, request: HttpRequest, said: str, key: str, language: str) -> HttpResponse:
        messages.success(request, said)
        return redirect("admin:desk_notice_text", key, language)

    def _page(
        self, request: HttpRequest, page: str, title: str, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        shown["may_change"] = self.has_keep_permission(request)
        return render(request, f"admin/desk/messagetemplate/{page}.html", shown, status=status)


def _table() -> Iterator[dict[str, Any]]:
    """Event, who, channel and text; what no event of a case causes comes last."""
    changed = set(MessageTemplate.objects.values_list("key", "language"))
    rows = [
        (model.words().get(verb, verb), key, getattr(to, "label", to.__name__))
        for model in Case.kinds()
        for verb, told in model.notice_table().items()
        for key, to in told
    ]
    by_event = {key for _event, key, _who in rows}
    rows += [("–", key, _("wie erom vraagt")) for key in KINDS if key not in by_event]
    for event, key, who in rows:
        languages = [(language, (key, language) in changed) for language, _name in settings.LANGUAGES]
        yield {
            "event": event,
            "kind": kind_of(key),
            "who": who,
            "channel": _("e-mail"),
            "languages": languages,
        }
