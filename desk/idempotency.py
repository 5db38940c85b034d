"""Idempotency-Key: a POST that is sent again gets the answer that it got, and is not carried out twice.

The key, the effect and the answer are one transaction: after a crash at any moment the key holds an answer
whose effect is there, or nothing happened and the retry carries it out. Requests with one key that arrive
together wait for each other on the unique index. Only success is remembered; an error changed nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from desk import quarantine
from desk.models import IdempotentRequest
from desk.problems_json import MEDIA_TYPE, InProgress, KeyReused

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT = ("Location", "ETag", quarantine.HEADER)
REMEMBERED_FOR = timedelta(hours=24)
Handler = TypeVar("Handler", bound=Callable[..., Response])


def idempotent(handler: Handler) -> Handler:
    """Honour Idempotency-Key on this `post` method."""

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        _check(key)
        try:
            return _once(key, request, lambda: handler(view, request, *args, **kwargs))
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") == "55P03":  # waited for the other one long enough
                raise InProgress(_("Deze aanvraag wordt op dit moment al uitgevoerd.")) from error
            raise

    once.is_idempotent = True  # type: ignore[attr-defined]
    return once  # type: ignore[return-value]


def _check(key: str) -> None:
    if not 0 < len(key) <= LONGEST or not key.isprintable():
        raise ValidationError({HEADER: _("Gebruik 1 tot en met 255 leesbare tekens.")})


@transaction.atomic
def _once(key: str, request: Request, carry_out: Callable[[], Response]) -> Response:
    print_ = fingerprint(request)
    mine = {"user": request.user, "key": key}
    expired = timezone.now() - REMEMBERED_FOR
    IdempotentRequest.objects.filter(**mine, created_at__lt=expired).delete()
    fresh = IdempotentRequest(**mine, fingerprint=print_)
    IdempotentRequest.objects.bulk_create([fresh], ignore_conflicts=True)
    row = IdempotentRequest.objects.get(**mine)
    if row.fingerprint != print_:
        raise KeyReused(_("Deze sleutel is al voor een andere aanvraag gebruikt."))
    if row.status is not None:
        return _again(row)
    response = carry_out()
    quarantine.tell(response)
    row.status, row.body = response.status_code, json.loads(JSONRenderer().render(response.data))
    row.headers = {name: response[name] for name in KEPT if name in response}
    row.save()
    return response


def _again(row: IdempotentRequest) -> Response:
    headers = {**row.headers, "Idempotency-Replayed": "true"}
    failed = row.status is not None and row.status >= 400
    return Response(row.body, row.status, headers=headers, content_type=MEDIA_TYPE if failed else None)


def fingerprint(request: Request) -> str:
    """What makes two requests the same: method, path and body; of a form with files the files themselves,
    because its boundary is another one at each attempt."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        form: Any = request.data
        for name, values in sorted(form.lists()):
            for value in values:
                digest.update(f"\n{name}=".encode())
                digest.update(_content(value))
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _content(value: Any) -> bytes:
    if not isinstance(value, UploadedFile):
        return str(value).encode()
    digest = hashlib.sha256((value.name or "").encode())
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.digest()
