"""Which address leads where."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from scans.reporting.callback import callback as urlscan_callback
from wbscanner.api import api, unknown_route
from wbscanner.desk.login import first_step
from wbscanner.health import healthz

admin.autodiscover()

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", healthz, name="healthz"),
    path("api/v1/urlscan/callback", urlscan_callback),
    path("api/v1/urlscan/callback/<str:secret>", urlscan_callback),
    path("api/v1/", api.urls),
    re_path(r"^api/", unknown_route),
    path("admin/login/", first_step),
    path("admin/", admin.site.urls),
    path("", include("wbscanner.desk.urls")),
]
