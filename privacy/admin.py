"""Beheer of privacy and security, one file for each capability."""

from privacy.retention import admin as _of_retention  # noqa: F401 - registers itself
