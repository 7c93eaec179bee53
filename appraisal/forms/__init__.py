"""Forms of the democratic appraisal."""
