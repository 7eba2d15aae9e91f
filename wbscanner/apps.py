from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WbscannerConfig(AppConfig):
    name = "wbscanner"
    verbose_name = _("Installation")

    def ready(self) -> None:
        from wbscanner import checks  # noqa: F401, PLC0415 (registers the system checks)
