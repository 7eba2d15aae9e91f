"""What a person reads in the desk is marked for translation: no text of a template or a module is left in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.strings import ROOT, desk_modules, desk_templates, functions

# Names, words of programs, keys of the keyboard, and the names of icons (Material Symbols, drawn by their font).
NO_LANGUAGE = {
    "wbscanner",
    "· wbscanner",
    "installation_key",
    "secret_key",
    "!scanner pause",
    "Enter",
    "Esc",
    "Authorization: Bearer …",
    "chevron_right",
    "unfold_more",
    "close",
    "menu",
    "light_mode",
    "dark_mode",
    "computer",
    "filter_list",
    "search",
    "arrow_forward",
    "arrow_circle_down",
    "arrow_circle_up",
    "cancel",
}
_READ = re.compile(r"""\b(?:aria-label|aria-description|title|placeholder|alt)="([^"]*)\"""")
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]*>", re.DOTALL)
_BLOCK, _VALUE = "\x00", "\x01"
_CLASSES = re.compile(r"{% block (?:bodyclass|coltype) %}.*?{% endblock %}")
_WORD = re.compile(r"[^\W\d_]{2,}")
# What of a call or a class is shown to people. Titles of providers and lists are names.
_SHOWN = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "short_description",
    "empty_label",
    "description",
}
_SAYS = {"success", "error", "warning", "info", "ValidationError", "NotPossible", "NotDecided", "CannotResend"}
_LAZY_NOT = {"gettext", "ngettext", "pgettext", "npgettext"}


def bare_texts(template: str) -> list[str]:
    """The words of a template outside of tags of translation."""
    shown, depth = [], 0
    for token in Lexer(_CLASSES.sub("", template)).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        depth += name in {"blocktranslate", "blocktrans", "comment"}
        depth -= name in {"endblocktranslate", "endblocktrans", "endcomment"}
        shown.append(token.contents if token.token_type == TokenType.TEXT and not depth else _VALUE)
    html = "".join(shown)
    pieces = [*_TAG.sub(_BLOCK, html).split(_BLOCK), *_READ.findall(html)]
    texts = (text.strip() for piece in pieces for text in piece.split(_VALUE))
    return [text for text in texts if _WORD.search(text) and text not in NO_LANGUAGE]


def unmarked(tree: ast.AST) -> Iterator[int]:
    """The lines of a module where plain words are given to something that people read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [one.value for one in node.keywords if one.arg in _SHOWN]
            given += node.args if name in _SAYS and not _is_log(node.func) else []
        elif isinstance(node, ast.Assign):
            given = [node.value] if any(_is_shown(target) for target in node.targets) else []
        else:
            continue
        yield from (one.lineno for one in given if _is_plain(one))


def _is_log(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "log"


def _is_shown(target: ast.expr) -> bool:
    return (target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")) in _SHOWN


def _is_plain(value: ast.expr) -> bool:
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and _WORD.search(str(part.value)) for part in value.values)
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and bool(_WORD.search(value.value))


def too_early(tree: ast.Module) -> Iterator[int]:
    """The lines where a module is translated when it is loaded: in whatever language, and for ever."""
    eager = {name for name, real in functions(tree).items() if real in _LAZY_NOT}
    for node in _at_import(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in eager:
            yield node.lineno


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    inside = ast.iter_child_nodes(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inside = iter([*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)])
    elif isinstance(node, ast.Lambda):
        return
    for child in inside:
        yield from _at_import(child)


@pytest.mark.parametrize("path", desk_templates(), ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_every_text_of_a_template_is_marked(path: Path) -> None:
    assert bare_texts(path.read_text(encoding="utf-8")) == []


def test_every_text_of_a_module_is_marked() -> None:
    assert _lines(unmarked, but=("wbscanner/api.py", "engine/", "simulator/client.py", "management/")) == []


def test_no_module_is_translated_when_it_is_loaded() -> None:
    assert _lines(too_early) == []


def _lines(finds: object, but: tuple[str, ...] = ()) -> list[str]:
    assert callable(finds)
    return [
        f"{path.relative_to(ROOT)}:{line}"
        for path in desk_modules()
        if not any(part in path.as_posix() for part in but)
        for line in finds(ast.parse(path.read_text(encoding="utf-8")))
    ]


def test_the_checks_find_what_is_not_marked() -> None:
    template = """{% load i18n %}<p title="Bare {{ x }}">{% translate "F" %} {{ one }}, left {# not #}<b>wbscanner</b>
    {% blocktranslate %}Marked {{ x }}{% endblocktranslate %}</p>"""
    module = """from django.utils.translation import gettext as _
EARLY = _("x")
def late(label=_("y")):
    return _("z"), field(label="Plain", help_text=f"{x} and words", other="no"), messages.error(request, "Words here")
short_description = "Words"
"""

    assert bare_texts(template) == [", left", "Bare"]
    assert sorted(unmarked(ast.parse(module))) == [4, 4, 4, 5]
    assert sorted(too_early(ast.parse(module))) == [2, 3]
