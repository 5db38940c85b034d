"""The Melding, from report to solution."""
