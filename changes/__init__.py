"""Changes, releases and maintenance (SLA 7.1, 10, 11)."""
