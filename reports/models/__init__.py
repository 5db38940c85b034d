"""What is recorded to report on: unavailability, measurements, reports and their corrections."""

from reports.models.verification import Verification
from reports.models.whatif import Effect, Verdict, WhatIf, WhatIfLine

__all__ = ["Effect", "Verdict", "Verification", "WhatIf", "WhatIfLine"]
