"""Pages of the scoring app that serve better than a form over one record."""
