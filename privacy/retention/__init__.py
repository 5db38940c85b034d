"""How long each kind of data is kept, what happens to it then, and what is held meanwhile (VWO 4.3, art. 7.3)."""
