"""Requests of data subjects: registered, passed to the controller, carried out as it says (VWO 8.1, 8.2)."""
