"""Every action that the code can write into the audit trail, read from its source: what is not readable raises."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin

from wbscanner.backoffice import Audited, DeskAdmin

ROOT = Path(__file__).parents[2]
PACKAGES = ("wbscanner", "scans", "groups", "overrides", "waclient")
PEN = "wbscanner/audit.py"
NOTE = "wbscanner/backoffice.py"  # its actions are named by the pages that note them

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unreadable(Exception):
    """An action that this reading cannot follow: write it so that it can."""


@dataclass(frozen=True)
class Module:
    """One file of the program: its tree, and its objects where a name in it stands for an enum or a constant."""

    path: str
    tree: ast.Module

    @property
    def names(self) -> dict[str, Any]:
        return vars(import_module(self.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")))

    def calls(self) -> Iterator[tuple[ast.Call, list[Function]]]:
        """Every call with the functions around it, the innermost last."""
        yield from _calls(self.tree, [])


def _calls(node: ast.AST, around: list[Function]) -> Iterator[tuple[ast.Call, list[Function]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, around
        yield from _calls(child, [*around, child] if isinstance(child, Function) else around)


@cache
def modules() -> tuple[Module, ...]:
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return tuple(Module(str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in files)


def recorded() -> set[str]:
    """All of them: what is recorded by name, and what the pages of the back office note about their rows."""
    import_module(settings.ROOT_URLCONF)
    by_name = {action for module in modules() if module.path not in {PEN, NOTE} for action in _recorded_in(module)}
    return by_name | {action for page in admin.site._registry.values() for action in _noted_by(page)}


def _recorded_in(module: Module) -> Iterator[str]:
    for call, around in module.calls():
        if _called(call) == "audit.record":
            yield from _values(_argument(call, 1, "action"), module, around)
        elif _called(call).endswith(".record") and "audit" in _called(call):
            raise Unreadable(f"{module.path}:{call.lineno}: call it audit.record")


def _noted_by(page: Any) -> Iterator[str]:
    """What forms of a page write by themselves, and its own notes."""
    if not isinstance(page, Audited):
        return
    name = page.opts.model_name
    if isinstance(page, DeskAdmin):
        stock = [("change", bool(page.editable)), ("delete", page.can_delete)]
        stock.append(("add", page.can_add and type(page).add_view is DeskAdmin.add_view))
        yield from (f"{name}.{what}" for what, is_possible in stock if is_possible)
    path = Path(inspect.getfile(type(page))).relative_to(ROOT)
    module = next(one for one in modules() if one.path == str(path))
    own = next(n for n in ast.walk(module.tree) if isinstance(n, ast.ClassDef) and n.name == type(page).__name__)
    for call, around in _calls(own, []):
        if _called(call) == "self.note":
            yield from (f"{name}.{what}" for what in _values(_argument(call, 1, "what"), module, around))


def _values(node: ast.expr, module: Module, around: list[Function]) -> set[str]:
    """The texts that an expression may stand for."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return _values(node.body, module, around) | _values(node.orelse, module, around)
        case ast.JoinedStr():
            parts = [_values(one, module, around) for one in node.values]
            return {"".join(some) for some in product(*parts)}
        case ast.FormattedValue() if node.format_spec is None:
            return _values(node.value, module, around)
        case ast.Attribute(value=ast.Name(id=owner)) if _is_enum(module.names.get(owner)):
            return {str(module.names[owner][node.attr].value)}
        case ast.Name():
            return _of_name(node, module, around)
    raise Unreadable(f"{module.path}:{node.lineno}: {ast.unparse(node)}")


def _of_name(node: ast.Name, module: Module, around: list[Function]) -> set[str]:
    """What a local name, a parameter or a constant of the module holds."""
    for function in reversed(around):
        assigned = [one.value for one in ast.walk(function) if isinstance(one, ast.Assign) and _names(one, node.id)]
        if assigned:
            return {text for value in assigned for text in _values(value, module, around)}
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        for place, argument in enumerate(arguments):
            if argument.arg == node.id:
                return _of_parameter(function, place, argument, module)
    if isinstance(value := module.names.get(node.id), str):
        return {str(value)}
    raise Unreadable(f"{module.path}:{node.lineno}: {node.id}")


def _of_parameter(function: Function, place: int, argument: ast.arg, module: Module) -> set[str]:
    """The members of the enum that it is declared to be, else what the module's own calls put there."""
    kind = module.names.get(argument.annotation.id) if isinstance(argument.annotation, ast.Name) else None
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return {str(member.value) for member in kind}
    is_method = function.args.args[:1] and function.args.args[0].arg == "self"
    found = [
        _values(_argument(call, place - bool(is_method), argument.arg), module, around)
        for call, around in module.calls()
        if _called(call).removeprefix("self.") == function.name
    ]
    if not found:
        raise Unreadable(f"{module.path}: nobody calls {function.name} in its own file")
    return set().union(*found)


def _argument(call: ast.Call, place: int, name: str) -> ast.expr:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return named[0] if named else call.args[place]


def _names(assignment: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in assignment.targets)


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _is_enum(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Enum)
