"""The plan as it must come out: worked cases and properties, by rules alone."""
