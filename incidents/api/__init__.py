"""Meldingen over HTTP for other systems: shapes in and out, filters, and one address per thing to do."""
