"""The protocol's message classes, as neonize ships them (they have no types of their own: Any)."""

from __future__ import annotations

import importlib
import warnings
from types import ModuleType


def _load(name: str) -> ModuleType:
    """Import a module of neonize without the ResourceWarnings of its start (it leaves `uname` pipes open)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return importlib.import_module(name)


e2e = _load("neonize.proto.waE2E.WAWebProtobufsE2E_pb2")
adv = _load("neonize.proto.waAdv.WAAdv_pb2")
cert = _load("neonize.proto.waCert.WACert_pb2")
wa6 = _load("neonize.proto.waWa6.WAWebProtobufsWa6_pb2")
