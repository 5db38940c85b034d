"""Beheer of this app: that of its parts together."""

from reports.monthly import admin as monthly  # noqa: F401
