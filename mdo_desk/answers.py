"""Answers that the desk gives outside its views: short, honest, in the form that the asker reads."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from desk.problem_codes import code_of


def answer(request: HttpRequest, status: int, detail: str, **headers: str) -> HttpResponse:
    """A problem (RFC 9457) for a machine, a page that needs no database for a person.

    `headers` are given with underscores: `Retry_After="10"`.
    """
    title = HTTPStatus(status).phrase
    response: HttpResponse
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank", "title": title, "status": status, "code": code_of(status), "detail": detail,
        }  # fmt: skip
        response = JsonResponse(problem, status=status, content_type="application/problem+json")
    else:
        response = HttpResponse(render_to_string(f"{status}.html", {"detail": detail}), status=status)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response
