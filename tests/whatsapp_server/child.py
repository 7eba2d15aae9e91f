"""Starts a program that uses neonize, unmodified, so that its library trusts the loopback server.

    python -m tests.whatsapp_server.child --key HEX -- manage.py runwaclient

WhatsApp's root key is a variable of neonize's Go library. As soon as the program itself loads the library, its copy in
this process's memory is overwritten; no file is changed and nothing is imported earlier than the program would.
If the key is not found exactly once the process ends with EXIT_KEY_NOT_FOUND. Linux x86_64 only.
"""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from tests.whatsapp_server.go_memory import UnsupportedLayout, overwrite

EXIT_KEY_NOT_FOUND = 90
LOADS_THE_LIBRARY = "neonize._binder"
# whatsmeow's WACertPubKey, the public half of WhatsApp's certificate root.
WHATSAPP_ROOT_KEY = "142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b"


class _OverwritingLoader(Loader):
    """Loads the module as usual and overwrites the key before anybody can use it."""

    def __init__(self, inner: Loader, old: bytes, new: bytes) -> None:
        self._inner, self._old, self._new = inner, old, new

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        try:
            overwrite(self._old, self._new)
        except UnsupportedLayout as error:
            sys.stderr.write(f"tests.whatsapp_server.child: {error}\n")
            sys.stderr.flush()
            os._exit(EXIT_KEY_NOT_FOUND)  # Not an exception: no handler of the program may go on to the real WhatsApp.


class _BinderFinder(MetaPathFinder):
    """Finds the one module that loads the library."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self._old, self._new = old, new

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != LOADS_THE_LIBRARY:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _OverwritingLoader(spec.loader, self._old, self._new)
        return spec


def main() -> None:
    """Install the hook and run the program as if it had been started directly."""
    parser = argparse.ArgumentParser(prog="tests.whatsapp_server.child")
    parser.add_argument("--key", required=True, help="the key to trust, 64 hex digits")
    parser.add_argument("--instead-of", default=WHATSAPP_ROOT_KEY, help="the key to look for (WhatsApp's own)")
    parser.add_argument("program", nargs="+", help="a Python file and its arguments")
    arguments = parser.parse_args()
    old, new = bytes.fromhex(arguments.instead_of), bytes.fromhex(arguments.key)
    sys.meta_path.insert(0, _BinderFinder(old, new))
    sys.argv = arguments.program
    sys.path[0] = str(Path(sys.argv[0]).resolve().parent)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
