"""The trail of NEN 7513 as the privacy officer searches it, and a contractant's share of it."""
