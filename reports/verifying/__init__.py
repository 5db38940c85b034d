"""Whether what is stored still follows from the events."""
