"""The rules of the contract in plain Python: no Django, no database and no clock of its own."""
