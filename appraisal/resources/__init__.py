"""Spreadsheets of the democratic appraisal."""
