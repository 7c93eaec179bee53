"""A fictional sub-district: plain rows as a branch would type them, the same for the same arguments."""
