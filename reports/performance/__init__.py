"""Performance: from user action to response, its baseline and alerts (SLA 7.7)."""
