"""What is recorded to report on: unavailability, measurements, reports and their corrections."""

from reports.models.unavailability import Extent, Reason, Source, Unavailability

__all__ = ["Extent", "Reason", "Source", "Unavailability"]
