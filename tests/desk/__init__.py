"""Tests of the desk: pages and commands that span the apps."""
