"""A believable desk to try: four months of Meldingen, played through the same actions as real ones."""
