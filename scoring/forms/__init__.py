"""Forms of the scoring app: what people fill in, and what of it can be meant."""
