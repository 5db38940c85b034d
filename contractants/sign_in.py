"""Who may come in, asked anew at every request: a session ends when its contractant, contact or user is switched off."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from contractants.models import Contact
from desk import sessions
from desk.models import User
from desk.permissions import STAFF, Role


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Active staff, and contacts while they and their contractant are active; machines come in by token only."""

    def user_can_authenticate(self, user: User) -> bool:
        if not user.is_active:
            return False
        return user.role in STAFF or (user.role == Role.CONTACT and is_registered(user))

    def get_user(self, user_id: int) -> User | None:
        rows = User.objects.select_related("contact__contractant").filter(pk=user_id)
        user = sessions.owner(user_id) or rows.first()
        return user if user and self.user_can_authenticate(user) else None


def is_registered(user: User) -> bool:
    contact: Contact | None = getattr(user, "contact", None)
    return contact is not None and contact.is_active and contact.contractant.is_active
