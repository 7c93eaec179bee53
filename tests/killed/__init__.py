"""Processes that are killed in the middle of a verb, and whether what they leave is whole."""
