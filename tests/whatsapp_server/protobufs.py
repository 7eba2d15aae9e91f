"""The protocol's message classes, as neonize ships them (they have no types of their own: Any)."""

from __future__ import annotations

import importlib
import subprocess
import warnings
from types import ModuleType


def _load(name: str) -> ModuleType:
    """Import a module of neonize, and clean up quietly behind it: it leaves unclosed pipes from `uname`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        module = importlib.import_module(name)
        # Starting any process makes Python reap the ones that were dropped unread, here instead of in a test.
        subprocess.run(["true"], check=True)
        return module


e2e = _load("neonize.proto.waE2E.WAWebProtobufsE2E_pb2")
adv = _load("neonize.proto.waAdv.WAAdv_pb2")
cert = _load("neonize.proto.waCert.WACert_pb2")
wa6 = _load("neonize.proto.waWa6.WAWebProtobufsWa6_pb2")
