"""The monthly look at patterns in Meldingen (SLA 12.1)."""
