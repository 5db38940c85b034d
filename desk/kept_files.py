"""The files that rows refer to: which models have them, and replacing one wherever it is referred to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from desk.models import Quarantined, UnscannedFile

_stored: ContextVar[list[str] | None] = ContextVar("stored", default=None)


@contextmanager
def or_nothing() -> Iterator[None]:
    """Around a transaction: what `swap` stored meanwhile is deleted again where that comes to nothing."""
    stored: list[str] = []
    token = _stored.set(stored)
    try:
        yield
    except BaseException:
        for path in stored:
            default_storage.delete(path)
        raise
    finally:
        _stored.reset(token)
    if (around := _stored.get()) is not None:
        around += stored


def models_with_file() -> list[type[models.Model]]:
    """Those that keep a `file` with its size and digest."""
    return [model for model in apps.get_models() if any(field.name == "sha256" for field in model._meta.concrete_fields)
            and any(isinstance(field, models.FileField) and field.name == "file" for field in model._meta.concrete_fields)]  # fmt: skip


def swap(path: str, content: bytes, **fields: Any) -> str:
    """Store `content` instead of what is stored at `path`, for every row that refers to it; returns where it is now.

    Within the caller's transaction: what was there is deleted once that is committed. `fields` are those of an
    attachment that change with it. What waited for the virus scanner, or was held back by it, is to be looked at anew.
    """
    now = default_storage.save(str(PurePosixPath(path).with_name(uuid4().hex)), ContentFile(content))
    if (stored := _stored.get()) is not None:
        stored.append(now)
    size, digest = len(content), hashlib.sha256(content).hexdigest()
    for model in models_with_file():
        known = {name: value for name, value in fields.items() if _has(model, name)}
        model._base_manager.filter(file=path).update(file=now, size=size, sha256=digest, **known)
    UnscannedFile.objects.filter(path=path).update(path=now, found="", found_at=None)
    Quarantined.objects.filter(path=path).update(path=now)
    transaction.on_commit(lambda: default_storage.delete(path))
    return now


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)
