"""Ballots, the annual score and grade, and what follows from them."""
