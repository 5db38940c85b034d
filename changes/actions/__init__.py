"""Writing: what is done with a Change and with a Release."""
