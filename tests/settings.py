"""The project's settings with a data folder of the run's own: tests neither read nor touch an installation's data."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="wbscanner-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
(_folder / "static").mkdir()
os.environ["DATA_DIR"] = str(_folder)
os.environ["WHATSAPP_DIR"] = str(_folder / "whatsapp")
os.environ["STATIC_ROOT"] = str(_folder / "static")

from wbscanner.settings import *  # noqa: E402, F403
