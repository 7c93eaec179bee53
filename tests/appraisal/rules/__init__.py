"""Tests of the pure rules of appraisal: no settings, no database."""
