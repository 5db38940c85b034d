"""Beheer of what the desk keeps itself: people, API tokens, the trail, and whether the jobs still run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import (
    access,
    notice_admin,  # noqa: F401 - the outbox and the texts of notices
    notices,
    second_step,
    sessions,
    tokens,
)
from desk.acts import Act, ActsAdmin, GuardedAdmin, ReadOnlyAdmin, Rejecting
from desk.admin_webhooks import WebhookDeliveryKeeper
from desk.guard import Guarded
from desk.models import ApiToken, AuditCheck, Case, Event, Heartbeat, Traced, User, WebhookDelivery
from desk.models.trail import without_hidden
from desk.permissions import Role


class NewUserForm(Guarded, forms.ModelForm[User]):
    """Without a password: whoever is new signs in with a code by mail, and may choose one later."""

    class Meta:
        model = User
        fields = ("email", "name", "role", "language")

    def clean_email(self) -> str:
        return unused_address(self.cleaned_data["email"], None)

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class UserForm(Guarded, UserChangeForm[User]):
    password = None  # type: ignore[assignment]  # whoever has one chose it, by a link that was mailed to them

    class Meta:
        model = User
        fields = ("email", "name", "role", "language", "is_active")

    def clean_email(self) -> str:
        return unused_address(self.cleaned_data["email"], self.instance.pk)


def unused_address(email: str, pk: int | None) -> str:
    """The address in lower case: people sign in with it, however they write it."""
    if User.objects.filter(email__iexact=email).exclude(pk=pk or 0).exists():
        raise forms.ValidationError(_("Er is al een gebruiker met dit e-mailadres."))
    return email.lower()


@admin.register(User)
class UserKeeper(ActsAdmin, UserAdmin):  # type: ignore[type-arg]
    """Staff and machines are made here; a contactpersoon is registered with the contractant."""

    form, add_form = UserForm, NewUserForm
    ordering = ("name",)
    list_display = ("name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active", Rejecting)
    search_fields = ("name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined", "mail_rejected_at", "mail_rejected_because")
    fieldsets = (
        (None, {"fields": ("name", "email", "role", "language", "is_active")}),
        (gettext_lazy("Mailbox"), {"fields": ("mail_rejected_at", "mail_rejected_because")}),
        (gettext_lazy("Aanmelden"), {"fields": ("last_login", "date_joined")}),
    )
    add_form_template = "admin/change_form.html"
    add_fieldsets = (
        (None, {
            "fields": ("name", "email", "role", "language"),
            "description": gettext_lazy("Wie nieuw is, meldt zich aan met een code per e-mail; een wachtwoord hoeft niet."),
        }),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Nobody chooses a password for somebody else."""
        return [one for one in super().get_urls() if one.name != "auth_user_password_change"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody shuts themselves out; a contactpersoon stays one."""
        kept = (*super().get_readonly_fields(request, obj),)
        if obj is not None and obj.pk == request.user.pk:
            return (*kept, "role", "is_active")
        return (*kept, "role") if obj is not None and obj.role == Role.CONTACT else kept

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "role":
            options["choices"] = [(role.value, role.label) for role in Role if role != Role.CONTACT]
        return super().formfield_for_choice_field(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Another address is another mailbox."""
        if "email" in form.changed_data:
            obj.mail_rejected_at, obj.mail_rejected_because = None, ""
        super().save_model(request, obj, form, change)
        if change:
            access.changed(obj, set(form.changed_data), by=cast("User", request.user), at=timezone.now())

    def acts(self, request: HttpRequest, row: User) -> list[Act]:
        acts = [Act("mail_again", _("Mailbox werkt weer"))] if row.mail_rejected_at else []
        if second_step.factors(row).exists():
            acts.append(Act("reset_factors", _("Tweede stap wissen"), "alarm"))
        if sessions.of(row, timezone.now()).exists():
            acts.append(Act("end_sessions", _("Overal afmelden"), "alarm"))
        return acts

    def act(self, request: HttpRequest, row: User, name: str, given: dict[str, Any]) -> str:
        by, at = cast("User", request.user), timezone.now()
        if name == "mail_again":
            notices.works_again(row, by=by, at=at)
            return _("%(person)s krijgt weer mail.") % {"person": row}
        if name == "reset_factors":
            access.reset_factors(row, by=by, at=at)
            return _("De tweede stap van %(person)s is gewist.") % {"person": row}
        if name == "end_sessions":
            access.end_sessions(row, by=by, at=at)
            return _("%(person)s is nergens meer aangemeld.") % {"person": row}
        raise Http404

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The trail keeps naming people; who leaves becomes inactive."""
        return False


class ApiTokenForm(Guarded, forms.ModelForm[ApiToken]):
    days = forms.IntegerField(label=gettext_lazy("geldig (dagen)"), min_value=1, max_value=3650, initial=365)

    class Meta:
        model = ApiToken
        fields = ("name", "scope", "user")
        labels: ClassVar[dict[str, Any]] = {"user": gettext_lazy("Namens")}
        help_texts: ClassVar[dict[str, Any]] = {
            "user": gettext_lazy("Namens wie deze sleutel werkt. Leeg: een systeem met de naam hierboven.")
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if user := cast("forms.ModelChoiceField[User] | None", self.fields.get("user")):
            user.required, user.queryset = (
                False,
                User.objects.filter(is_active=True).exclude(role=Role.CONTACT),
            )


@admin.register(ApiToken)
class ApiTokenKeeper(GuardedAdmin):
    """A token is shown once, in the answer to making it; taking it away is revoking it."""

    form = ApiTokenForm
    list_display = ("name", "scope", "user", "created", "expiry", "last_used_on")
    list_filter = ("scope",)
    list_select_related = ("user",)
    search_fields = ("name", "user__name")

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[Any]:
        if obj is None:
            return ["name", "scope", "user", "days"]
        return ["name", "scope", "user", "token_key", "created", "expiry", "last_used_on"]

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        lifetime = timedelta(days=form.cleaned_data["days"])
        secret = tokens.make(obj.name, obj.scope, user=form.cleaned_data["user"], lifetime=lifetime)
        obj.__dict__.update(tokens.row_of(secret).__dict__)
        request.META["desk.secret"] = secret  # for the one page that shows it

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "token": obj,
                   "secret": request.META.pop("desk.secret"), "title": _("API-sleutel gemaakt")}  # fmt: skip
        return render(request, "admin/desk/apitoken/made.html", context)


class TrailList(ChangeList):
    """Finds what the rows on the page are about, one query per kind of case, and what its words are."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Event] = list(self.result_list)
        for model in Traced.traced():
            mine = [row for row in rows if row.case_type == model.case_type]
            titles, words = model.titles({row.case_id for row in mine}) if mine else {}, model.words()
            for row in mine:
                row.title, row.words = titles.get(row.case_id), words  # type: ignore[attr-defined]
        self.result_list = rows


@admin.register(Event)
class EventKeeper(ReadOnlyAdmin):
    """The trail of every case, as it was written; nothing changes it."""

    list_display = ("at", "case", "act", "before", "after", "actor")
    list_select_related = ("actor",)
    ordering = ("-id",)
    search_fields = ("verb", "actor__name")  # and by number, see `get_search_results`

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return without_hidden(super().get_queryset(request), request.user)

    @admin.display(description=gettext_lazy("zaak"))
    def case(self, row: Event) -> str:
        return getattr(row, "title", None) or f"{row.case_type} {row.case_id}"

    @admin.display(description=gettext_lazy("handeling"))
    def act(self, row: Event) -> str:
        return self._word(row, row.verb)

    @admin.display(description=gettext_lazy("van"))
    def before(self, row: Event) -> str:
        return self._word(row, row.source)

    @admin.display(description=gettext_lazy("naar"))
    def after(self, row: Event) -> str:
        return self._word(row, row.target)

    def _word(self, row: Event, slug: str) -> str:
        return str(getattr(row, "words", {}).get(slug, slug))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TrailList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        for model in Case.kinds():
            found = model._base_manager.filter(number__iexact=search_term.strip()).first()
            if found is not None:
                return queryset.filter(case_type=model.case_type, case_id=found.pk), False
        return super().get_search_results(request, queryset, search_term)


@admin.register(Heartbeat)
class HeartbeatKeeper(ReadOnlyAdmin):
    list_display = ("job", "at")


admin.site.register(WebhookDelivery, WebhookDeliveryKeeper)


@admin.register(AuditCheck)
class AuditCheckKeeper(ReadOnlyAdmin):
    """Whether the trail of NEN 7513 held, night by night. What it says is for the privacy officer alone."""

    list_display = ("at", "checked", "sequence", "found")
    ordering = ("-id",)
