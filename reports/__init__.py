"""Periods, notices and tables: what is read off the scores and printed."""
