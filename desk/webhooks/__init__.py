"""Webhooks out, by the Standard Webhooks specification: `owing` writes what is owed into the transaction of the
event, `delivering` delivers it later, `sending` is the careful way to an address that somebody else chose."""
