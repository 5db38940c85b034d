"""What the notices of retention are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from desk.notices import Kind, describe

describe(Kind("retention_left", _("Opschoning niet volledig"), sample=lambda turns: {"number": 3}))
