"""Roster work: the page of a branch's roster, and what a change of it will do before it is done."""
