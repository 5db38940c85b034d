"""What must not lie about in the clear: sealed by a key that follows from SECRET_KEY, and digests under the same secret.

A new SECRET_KEY with the old one in SECRET_KEY_FALLBACKS still opens what was sealed before.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

PURPOSE = b"mdo-desk quarantine"


def seal(content: bytes) -> bytes:
    return _box(*_secrets()).encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Raises ValueError when no key that is known today sealed it, or when somebody changed it."""
    try:
        return _box(*_secrets()).decrypt(sealed)
    except InvalidToken as error:
        raise ValueError("sealed by a key that is gone, or changed since") from error


def digests(text: str) -> list[str]:
    """Of `text` under each secret, today's first: to know it again without keeping it."""
    return [
        salted_hmac("desk.sealing", text, secret=secret, algorithm="sha256").hexdigest()[:40]
        for secret in _secrets()
    ]


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _box(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
