"""The public form, and mail of a stranger: kept whole until its sender proves the e-mail address, then a Melding (SLA 4)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contractants.models import Contact, Service
from desk import attachments, notices
from desk.door import NotAllowed, NotNow
from desk.models import Upload, User
from incidents.actions.enclosures import enclose_confirmed
from incidents.actions.register import Report, check, missing_facts, register
from incidents.models import Channel, Kind, Melding, WebReport, WebReportFile

VALID_FOR = timedelta(hours=24)


def submit(
    report: Report, *, at: datetime, files: list[Upload] | None = None, client_key: UUID | None = None,
    accept_missing: bool = False,
) -> WebReport:  # fmt: skip
    """Keep a report by a visitor and mail the link that confirms it. Says the same to known and unknown
    addresses. The same `client_key` keeps it once. `accept_missing`: there was no form that asked for all.
    Raises `Invalid` naming each field that is missing or wrong."""
    if earlier := _kept_before(client_key):
        return earlier
    try:
        return _keep(report, at, files or [], client_key, accept_missing)
    except IntegrityError:  # the same form, sent twice at the same moment
        if earlier := _kept_before(client_key):
            return earlier
        raise


def _kept_before(client_key: UUID | None) -> WebReport | None:
    return WebReport.objects.filter(client_key=client_key).first() if client_key else None


def _keep(
    report: Report, at: datetime, files: list[Upload], client_key: UUID | None, accept_missing: bool
) -> WebReport:
    asked = replace(report, kind=Kind.QUESTION) if report.kind == Kind.CHANGE else report
    missing = [name for name in missing_facts(report) if name != "contact"]
    types = check(asked, at, [] if accept_missing else missing, files)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = WebReport.objects.create(
            token_hash=_hash(token), data=_plain(report), email=report.reporter_email, submitted_at=at,
            expires_at=at + VALID_FOR, client_key=client_key,
        )  # fmt: skip
        for upload, kind in zip(files, types, strict=True):
            WebReportFile.from_upload(upload, kind, report=row, at=at).save()
        link = settings.SITE_URL + reverse("incidents:confirm", args=[token])
        # Without name or subject: anybody can type anybody's address, and may not have us mail their words.
        data = {"link": link, "mailed": "ja" if report.channel == Channel.EMAIL else ""}
        notices.owe("report_confirmation", email=row.email, language=get_language() or "nl", data=data)
    return row


def find(token: str) -> WebReport | None:
    return WebReport.objects.filter(token_hash=_hash(token)).select_related("melding").first()


@transaction.atomic
def confirm(row: WebReport, *, by: User | None, at: datetime) -> Melding:
    """Make the Melding, once: by the sender through the link (`by` None) or by an agent who accepts it.

    Raises `NotNow` when the link has expired; what was filled in is kept, and an agent can still accept it.
    """
    row = WebReport.objects.select_for_update().get(pk=row.pk)
    if row.melding is not None:
        return row.melding
    if by is None and at > row.expires_at:
        raise NotNow(
            _("Deze link is verlopen. Uw melding is bewaard; neem contact op met de Supportafdeling.")
        )
    if by is not None and not by.may("confirm_report"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    report = _restore(row, at, proven=by is None)
    row.melding = register(report, by=report.contact.user if by is None and report.contact else by, at=at,
                           accept_missing=True, files=[_as_upload(file) for file in row.files.all()])  # fmt: skip
    row.confirmed_at = at
    row.save()
    enclose_confirmed(row, row.melding, at=at)
    return row.melding


def _restore(row: WebReport, at: datetime, *, proven: bool) -> Report:
    """The report with the contact that the confirmed address belongs to. A change of somebody who is not
    registered is taken in as a question (SLA 10.1)."""
    data = dict(row.data)
    for name in ("first_seen_at",):
        data[name] = parse_datetime(data[name]) if data.get(name) else None
    data["service"] = Service.objects.filter(pk=data.pop("service", None)).first()
    report = Report(
        **data, received_at=row.submitted_at if settings.WEB_REPORT_COUNTS_FROM == "submission" else at
    )
    contact = (
        Contact.objects.filter(user__email__iexact=row.email, is_active=True, user__is_active=True)
        .select_related("user", "contractant")
        .first()
    )
    if contact is not None and proven:
        return replace(report, contact=contact, contractant=contact.contractant)
    return replace(report, kind=Kind.QUESTION) if report.kind == Kind.CHANGE else report


def _plain(report: Report) -> dict[str, Any]:
    skipped = {"contractant", "contact", "received_at"}
    data = {part.name: getattr(report, part.name) for part in fields(Report) if part.name not in skipped}
    data["service"] = report.service and report.service.pk
    data["first_seen_at"] = report.first_seen_at and report.first_seen_at.isoformat()
    return data


def _as_upload(file: WebReportFile) -> Upload:
    with file.file.open("rb") as stored:
        content = ContentFile(stored.read())
    upload = UploadedFile(file=content, name=attachments.safe_name(file.name), size=file.size)
    upload.made_anew = True  # type: ignore[attr-defined]  # as it was sent in: so that one digest names both
    return upload


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
