"""Every scope check of the product, found in its source, and how each is taken out.

A check is one call or condition inside one function. Taking it out compiles its module without it and
gives the running function that code; nothing else changes.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.middleware import LoginRequiredMiddleware

from members import policy
from members.enums import DutyKind
from tests.matrix.people import DUTIES

APPS = ("members", "scoring", "appraisal", "reports")
SCOPES = {"visible_to", "readable_by", "writable_by", "reviewable_by", "confirmable_by", "seen_with_object"}
"""Of querysets: without the check, every row."""
ANSWERS = {
    "may_read", "may_write", "writable", "has_view_permission", "has_add_permission", "has_change_permission",
    "has_delete_permission", "lookup_allowed", "has_permission", "reads", "writes",
}  # fmt: skip
"""Of whoever is asked: without the check, yes."""
CONDITIONS = {"reading", "writing", "reviewing", "reached", "confirming"}
"""Of the scope, as conditions of a query: without the check, none."""
REFUSALS = {
    "permit", "permit_members", "permit_organisation", "permit_administration", "permit_review",
    "_permit", "_permit_place",
    "refuse_closed", "refuse_closed_years", "_refuse_closed", "refuse_joining",
}  # fmt: skip
"""Of services, as statements: without the check, nothing."""
FUNCTIONS = {"may_write"}
"""Of those the ones that are no methods."""
OVERRIDDEN = {
    "get_object",
    "get_list_filter",
    "get_deleted_objects",
    "field_choices",
    "formfield_for_foreignkey",
}
"""Of the admin's bases: without the check, what Django does."""


Place = tuple[int, int]
"""Line and column of a check in its source."""


@dataclass(frozen=True)
class Check:
    """One check: its name, the function it stands in, how it is taken out, and the line of the policy."""

    name: str
    function: tuple[str, str] | None
    without: Callable[[], AbstractContextManager[None]]
    subject: str | None = None


def checks() -> list[Check]:
    """All of them, in the order of the source."""
    found = [check for path in sources() for check in _of_module(path)]
    return [*found, *_of_policy(), Check("LoginRequiredMiddleware", None, _no_login)]


@contextmanager
def _no_login() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoginRequiredMiddleware, "process_view", lambda *_args: None)
        yield


def sources() -> list[Path]:
    base = Path(settings.BASE_DIR)
    return [path for app in APPS for path in sorted((base / app).rglob("*.py")) if _matters(path)]


def _matters(path: Path) -> bool:
    return not {"migrations", "demo", "management", "rules"} & set(path.parts)


def _of_policy() -> Iterator[Check]:
    """Lines of the policy: who writes is asked by the admin alone, where its pages stand under a line."""
    asked = [its.policy for its in admin.site._registry.values()]
    for name in DUTIES:
        line = getattr(policy, name)
        for right in ("readers", "writers"):
            if right == "readers" or (line.writers and any(line is one for one in asked)):
                yield Check(f"policy.{name}.{right}", None, _opened(name, right), name)


def _opened(name: str, right: str) -> Callable[[], AbstractContextManager[None]]:
    line = getattr(policy, name)

    @contextmanager
    def without() -> Iterator[None]:
        closed = getattr(line, right)
        object.__setattr__(line, right, frozenset(DutyKind))
        try:
            yield
        finally:
            object.__setattr__(line, right, closed)

    return without


# --- in the source --------------------------------------------------------------------------------


def _of_module(path: Path) -> Iterator[Check]:
    tree = ast.parse(path.read_text())
    module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
    for qualname, function in _functions(tree.body, ""):
        for at in _places(function, method="." in qualname):
            yield _check(path, module, qualname, at)


def _functions(body: list[ast.stmt], above: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{above}{node.name}.")
        elif isinstance(node, ast.FunctionDef) and f"{above}{node.name}" != "Scope.reads":
            yield f"{above}{node.name}", node


def _places(function: ast.FunctionDef, *, method: bool) -> list[Place]:
    """Where in the function a check stands; a method that is a check as a whole stands at its own line."""
    whole = SCOPES | ANSWERS | CONDITIONS | OVERRIDDEN | {"choices_for", "choices_to_see"}
    if (method and function.name in whole) or function.name in FUNCTIONS:
        return [(function.lineno, function.col_offset)]
    if function.name in REFUSALS:
        return []  # its callers are taken out one by one
    return [(node.lineno, node.col_offset) for node in ast.walk(function) if _is_check(node)]


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _is_check(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return _called(node.value) in REFUSALS
    return _called(node) in SCOPES | {"may_read", "may_write"}


class _Without(ast.NodeTransformer):
    """Leaves the checks at some places out."""

    def __init__(self, places: frozenset[Place]) -> None:
        self.places = places

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        if (node.lineno, node.col_offset) not in self.places:
            return self.generic_visit(node)
        node.body = _unchecked(node)
        return ast.fix_missing_locations(node)

    def visit_Expr(self, node: ast.Expr) -> Any:
        if (node.lineno, node.col_offset) in self.places and _is_check(node):
            return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if (node.lineno, node.col_offset) not in self.places or not _is_check(node):
            return node
        if _called(node) in SCOPES and isinstance(node.func, ast.Attribute):
            every = ast.Attribute(value=node.func.value, attr="all", ctx=ast.Load())
            return ast.fix_missing_locations(ast.copy_location(ast.Call(every, [], []), node))
        return ast.copy_location(ast.Constant(True), node)


def _unchecked(node: ast.FunctionDef) -> list[ast.stmt]:
    """The body of a function that is a check, without the check."""
    names = [argument.arg for argument in node.args.args]
    if node.name in SCOPES:
        said = "return self.all()"
    elif node.name in ANSWERS:
        said = "return True"
    elif node.name in CONDITIONS:
        said = "from django.db.models import Q\nreturn Q(pk__isnull=False)"
    elif node.name in ("choices_for", "choices_to_see"):
        said = "return related._default_manager.all()"
    else:
        base = "admin.RelatedFieldListFilter" if node.name == "field_choices" else "admin.ModelAdmin"
        extra = ", **kwargs" if node.args.kwarg else ""
        said = f"from django.contrib import admin\nreturn {base}.{node.name}({', '.join(names)}{extra})"
    kept = [ast.parse("__class__").body[0]] if _uses_super(node) else []
    return [*kept, *ast.parse(said).body]


def _uses_super(node: ast.FunctionDef) -> bool:
    """The compiler gives a method its class where it says `super`; the code put in must want it too."""
    return any(isinstance(one, ast.Name) and one.id == "super" for one in ast.walk(node))


def _check(path: Path, module: str, qualname: str, at: Place) -> Check:
    def without() -> AbstractContextManager[None]:
        return _taken_out(path, module, qualname, at)

    line = path.read_text().splitlines()[at[0] - 1].strip()
    said = "" if line.startswith("def ") else f": {line}"
    return Check(f"{module}.{qualname}{said}", (module, qualname), without)


_out: dict[str, frozenset[Place]] = {}
"""By function the checks in it that are taken out just now: there may be several."""


@contextmanager
def _taken_out(path: Path, module: str, qualname: str, at: Place) -> Iterator[None]:
    name = f"{module}.{qualname}"
    before = _out.get(name, frozenset())
    _out[name] = before | {at}
    try:
        with _running_as(module, qualname, _left(path, qualname, _out[name])):
            yield
    finally:
        _out[name] = before


@cache
def _left(path: Path, qualname: str, places: frozenset[Place]) -> types.CodeType:
    return _compiled(path, _Without(places).visit(ast.parse(path.read_text())), qualname)


def _compiled(path: Path, tree: ast.Module, qualname: str) -> types.CodeType:
    return _code_of(compile(tree, str(path), "exec", dont_inherit=True), qualname)


@contextmanager
def _running_as(module: str, qualname: str, code: types.CodeType) -> Iterator[None]:
    function = running(module, qualname)
    usual = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = usual


@contextmanager
def watched(found: list[Check], met: Callable[[Any], None]) -> Iterator[None]:
    """While it lasts, every function that holds a check tells `met` its name whenever it runs."""
    builtins.met_by_matrix = met  # type: ignore[attr-defined]
    with ExitStack() as stack:
        for module, qualname in {check.function for check in found if check.function is not None}:
            path = Path(str(importlib.import_module(module).__file__))
            tree = ast.parse(path.read_text())
            told = ast.parse(f"met_by_matrix(({module!r}, {qualname!r}))").body[0]
            dict(_functions(tree.body, ""))[qualname].body.insert(0, told)
            code = _compiled(path, ast.fix_missing_locations(tree), qualname)
            stack.enter_context(_running_as(module, qualname, code))
        yield
    del builtins.met_by_matrix  # type: ignore[attr-defined]


def running(module: str, qualname: str) -> Any:
    """The function object behind a name, under its decorators."""
    found: Any = importlib.import_module(module)
    for name in qualname.split("."):
        found = inspect.getattr_static(found, name)
        found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    return inspect.unwrap(found)


def _code_of(code: types.CodeType, qualname: str) -> types.CodeType:
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            if one.co_qualname == qualname:
                return one
            if qualname.startswith(one.co_qualname + "."):
                return _code_of(one, qualname)
    raise LookupError(qualname)
