"""What the bot never does to people: no code of ours can ask the library for it."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Adding people, making and joining groups gets numbers banned; profiles and contacts are nobody's business.
NEVER = {
    "update_group_participants", "create_group", "join_group_with_link", "join_group_with_invite", "set_group_name",
    "set_group_locked", "set_group_announce", "leave_group", "update_blocklist", "get_profile_picture",
    "is_on_whatsapp",
    "get_user_info", "subscribe_presence", "send_image", "send_document", "send_presence",
}  # fmt: skip


def names(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("path", sorted((ROOT / "waclient").rglob("*.py")), ids=lambda path: path.stem)
def test_nobody_is_added_joined_looked_up_or_blocked(path: Path) -> None:
    assert names(path) & NEVER == set()


def test_the_library_has_what_is_never_asked_of_it() -> None:
    found = find_spec("neonize")
    assert found is not None
    library = Path(str(found.origin)).with_name("client.py")
    functions = {node.name for node in ast.walk(ast.parse(library.read_bytes())) if isinstance(node, ast.FunctionDef)}

    assert NEVER - functions == set()
