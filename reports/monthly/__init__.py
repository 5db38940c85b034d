"""The service level report of a month (SLA 13)."""
