"""Beheer of privacy and security, one file for each capability."""

from privacy.breach import admin as _of_breach  # noqa: F401 - registers itself
from privacy.registers import admin as _of_registers  # noqa: F401 - the same
from privacy.requests import admin as _of_requests  # noqa: F401 - the same
from privacy.retention import admin as _of_retention  # noqa: F401 - the same
from privacy.subprocessors import admin as _of_subprocessors  # noqa: F401 - the same
