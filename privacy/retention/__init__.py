"""How long each kind of data is kept, what happens to it then, and what is held meanwhile (art. 7.3)."""
