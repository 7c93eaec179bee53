"""Pages of the democratic appraisal."""
