"""The plan's daily-conduct score as pure functions over immutable values: standard library only.

Nothing here knows the clock, the database or the settings, and no figure of the plan stands here:
quotas, points, rates and thresholds come in as values of the scheme. Each docstring names the
plan's words it carries out (``Clause``) and the numbered reading where the plan leaves room
(``Interpretation``).
"""
