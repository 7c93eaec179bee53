"""Tests of the settings, the log and what every response carries."""
