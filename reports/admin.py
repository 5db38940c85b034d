"""Beheer of this app, part by part."""

from reports.performance import keepers  # noqa: F401 - registers itself
