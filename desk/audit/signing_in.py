"""Signing in and out, and what is changed in Beheer, by what Django itself tells of it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from desk.audit import here
from desk.audit.recording import Of, log
from desk.models import User
from desk.models.audit import Mode, Result


@receiver(user_logged_in)
def _signed_in(user: User, **more: Any) -> None:
    log("sign_in", by=user, at=timezone.now(), mode=Mode.ACCESS)


@receiver(user_logged_out)
def _signed_out(user: User | None, **more: Any) -> None:
    if user is not None:
        log("sign_out", by=user, at=timezone.now(), mode=Mode.ACCESS)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **more: Any) -> None:
    """An address that may be a mistake, or a stranger's, only so that one is told from another. Django
    tells of it once for each way that it tried."""
    if (visit := here.visit()) is not None and visit.is_recorded():
        return
    given = str(credentials.get("email") or credentials.get("username") or "")
    of = Of("address", here.keyed(given)) if given else None
    log("sign_in", by=None, at=timezone.now(), obj=of, result=Result.FAILED, mode=Mode.ACCESS)


@receiver(post_save, sender=LogEntry)
def _in_admin(instance: LogEntry, **more: Any) -> None:
    """In the transaction of the change."""
    act = {ADDITION: "admin_add", DELETION: "admin_delete"}.get(instance.action_flag, "admin_change")
    kind = instance.content_type.model if instance.content_type else ""
    by = User.objects.get(pk=instance.user_id)
    log(act, by=by, at=timezone.now(), obj=Of(kind, str(instance.object_id or "")[:100]))
