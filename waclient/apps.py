from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WaclientConfig(AppConfig):
    name = "waclient"
    verbose_name = _("WhatsApp")
