"""Sub-processors: the register, the announcement of a new one, and objections to it (VWO 7)."""
