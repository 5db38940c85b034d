"""The complaint workflow (SLA 5)."""
