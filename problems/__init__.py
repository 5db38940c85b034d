"""Causes behind Meldingen (SLA 12)."""
