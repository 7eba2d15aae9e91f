"""Finds the texts that are to be translated: in templates, in modules, and in what the desk shows of unfold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import unfold
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CHAT_TEMPLATES = ("templates/replies", "templates/alerts")
CHAT_MODULES = ("groups/golive.py",)
"""Sentences that the desk and chats share."""
DESK_TEMPLATES = ("templates/desk", "templates/admin", "templates/unfold")
DESK_APPS = ("wbscanner", "waclient", "groups", "overrides", "scans")
UNFOLD, DJANGO = Path(unfold.__file__).parent, Path(django.__file__).parent
_PAGES_SHOWN = ("templates/admin", "templates/registration", "templates/unfold", "contrib/filters/templates")
_MODULES_SHOWN = (
    UNFOLD / "admin.py",
    UNFOLD / "forms.py",
    UNFOLD / "contrib/filters/forms.py",
    UNFOLD / "mixins/base_model_admin.py",
    UNFOLD / "templatetags/unfold_list.py",
    DJANGO / "contrib/admin/forms.py",
    DJANGO / "contrib/auth/forms.py",
    DJANGO / "contrib/auth/password_validation.py",
)
"""Unfold has no translations of its own, and Django's Portuguese is another one than ours."""
_LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_LITERAL})(?:,\s*({_LITERAL}))?(?:,\s*({_LITERAL}))?", re.DOTALL)
_SHAPES = {
    "gettext": "s",
    "gettext_lazy": "s",
    "gettext_noop": "s",
    "ngettext": "sp",
    "ngettext_lazy": "sp",
    "pgettext": "cs",
    "pgettext_lazy": "cs",
    "npgettext": "csp",
    "npgettext_lazy": "csp",
}
"""What the first arguments of a function are: context, singular, plural."""

Key = tuple[str, str, str]
"""Context, singular, plural; the first and the last may be empty."""
Found = dict[Key, list[str]]
"""Strings with the files that hold them."""


def of_chats() -> Found:
    """Every string that is said in chats."""
    found: Found = {}
    for path in _files(CHAT_TEMPLATES, "*.txt"):
        _note(found, keys_of(path.read_text(encoding="utf-8")), _name(path))
    for name in CHAT_MODULES:
        _note(found, keys_of_code((ROOT / name).read_text(encoding="utf-8")), name)
    return found


def of_desk() -> Found:
    """Every string of the desk that is not said in chats too: there it has its translation already."""
    found: Found = {}
    for path in desk_templates():
        _note(found, keys_of(path.read_text(encoding="utf-8")), _name(path))
    for path in desk_modules():
        _note(found, keys_of_code(path.read_text(encoding="utf-8")), _name(path))
    for name, keys in _theirs():
        _note(found, keys, name)
    chats = of_chats()
    return {key: places for key, places in found.items() if key not in chats}


def desk_templates() -> list[Path]:
    """The templates of the desk, and the pages of errors."""
    return [*sorted((ROOT / "templates").glob("*.html")), *_files(DESK_TEMPLATES, "*.html")]


def desk_modules() -> list[Path]:
    return [
        path for path in _files(DESK_APPS, "*.py") if "migrations" not in path.parts and _name(path) not in CHAT_MODULES
    ]


def _theirs() -> Iterator[tuple[str, list[Key]]]:
    """What others wrote and the desk shows: of templates those that none of ours stands in for."""
    for folder in _PAGES_SHOWN:
        for path in sorted((UNFOLD / folder).rglob("*.html")):
            name = path.relative_to(UNFOLD / folder.partition("templates")[0] / "templates").as_posix()
            if not (ROOT / "templates" / name).exists():
                yield f"unfold/{name}", keys_of(path.read_text(encoding="utf-8"))
    for path in _MODULES_SHOWN:
        name = path.relative_to(next(one for one in path.parents if one.name == "site-packages")).as_posix()
        yield name, keys_of_code(path.read_text(encoding="utf-8"))


def _files(folders: tuple[str, ...], pattern: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob(pattern))]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _note(found: Found, keys: list[Key], name: str) -> None:
    for key in keys:
        places = found.setdefault(key, [])
        if name not in places:
            places.append(name)


def keys_of(template: str) -> list[Key]:
    """The strings of one template in their order."""
    keys = []
    for name, *literals in _CALL.findall(templatize(template)):
        texts = [ast.literal_eval(literal) for literal in literals if literal]
        context = texts.pop(0) if "pgettext" in name else ""
        keys.append((context, texts[0], texts[1] if name.startswith("n") else ""))
    return keys


def keys_of_code(source: str) -> list[Key]:
    """The strings of a module in their order."""
    tree = ast.parse(source)
    called = functions(tree)
    calls = [
        (node.lineno, node.col_offset, _key(node, _SHAPES[called[node.func.id]]))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in called
    ]
    return [key for _line, _column, key in sorted(calls) if key[1]]


def functions(tree: ast.AST) -> dict[str, str]:
    """The names under which a module knows gettext's functions."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in _SHAPES
    }


def _key(call: ast.Call, shape: str) -> Key:
    """Empty for a call that looks up a string from elsewhere."""
    texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if len(texts) < len(shape):
        return "", "", ""
    parts = dict(zip(shape, texts, strict=False))
    return parts.get("c", ""), parts["s"], parts.get("p", "")
