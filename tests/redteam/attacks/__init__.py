"""The attacks, by what they are after. Importing them lists them in `scene.ATTACKS`."""
