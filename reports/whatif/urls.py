"""Addresses of these pages and of this part of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

pages: list[URLPattern | URLResolver] = []
api: list[URLPattern | URLResolver] = []
