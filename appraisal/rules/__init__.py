"""The plan's appraisal, annual score, grade and rank as pure functions over immutable values.

Standard library and :mod:`scoring.rules.exact` only; no clock, no database, no settings. Weights,
ballot values and grade bands come in as values of the scheme.
"""
