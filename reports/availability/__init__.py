"""Niet-Beschikbaarheid: what was away, what counts and why not (SLA 2.3, 2.18, 7.2)."""
