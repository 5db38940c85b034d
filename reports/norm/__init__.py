"""The norm per priority, and the dashboard of today (SLA 9.3)."""
