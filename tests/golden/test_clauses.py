"""Every public rule names the words of the plan that it carries out and the reading taken of them."""

import inspect
import re
from importlib import import_module

import pytest

MODULES = [
    *(f"scoring.rules.{name}" for name in ("exact", "spans", "terms", "daily", "done", "pace")),
    *(f"appraisal.rules.{name}" for name in ("tally", "annual", "rank")),
]
RULES = [
    pytest.param(rule, id=f"{module}.{name}")
    for module in MODULES
    for name, rule in vars(import_module(module)).items()
    if not name.startswith("_") and getattr(rule, "__module__", None) == module
    if inspect.isfunction(rule) or inspect.isclass(rule)
]


def test_there_are_rules():
    assert len(RULES) > 30


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_names_its_clause_and_its_interpretation(rule):
    docstring = inspect.getdoc(rule)
    assert docstring is not None
    assert re.search(r"^Clause: (.|\n)*【[三四六七][^】]*】", docstring, re.MULTILINE), docstring
    numbers = re.search(r"^Interpretation: ((?:.|\n)*)", docstring, re.MULTILINE)
    assert numbers is not None
    assert re.search(r"\bI([1-9]|1\d|2[0-9])\b", numbers[1])
