"""Tests of the pure rules of scoring: no settings, no database."""
