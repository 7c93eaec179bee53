"""Orders of notices in the background."""
