"""Mail that comes in: reading it, what is new in it, who wrote it. Knows no kind of case."""
