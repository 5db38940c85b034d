"""The flag of a mailbox that rejected our mail: somebody takes it away by hand, and where the mail was refused, not
returned, a mail that is accepted does so too."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from desk.door import NotAllowed, NotNow
from desk.models import Event, User
from desk.permissions import Role


@transaction.atomic
def works_again(user: User, *, by: User | None, at: datetime) -> None:
    """Take away the flag of `user`, with a line in their trail; the next rejection sets it again.

    Raises `NotAllowed` for who does not keep these people, `NotNow` where there is no flag.
    """
    if by is not None and not by.has_perm(keeper_of(user)):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    flagged = User.objects.filter(pk=user.pk, mail_rejected_at__isnull=False)
    if not flagged.update(mail_rejected_at=None, mail_rejected_because=""):
        raise NotNow(_("Deze mailbox weigert geen mail."))
    Event.objects.create(case_type=User.case_type, case_id=user.pk, verb="mail_again", at=at, actor=by)


def keeper_of(user: User) -> str:
    """The right to keep people like `user`."""
    return "contractants.change_contact" if user.role == Role.CONTACT else "desk.change_user"
