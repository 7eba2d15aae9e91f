"""Addresses of the audit trail's pages and files."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from wbscanner.desk.audit import pages
from wbscanner.desk.audit.files import Form

urlpatterns = [
    path("desk/audit/", admin.site.admin_view(pages.trail), name="audit"),
    path("desk/audit/<int:pk>/", admin.site.admin_view(pages.entry), name="audit-entry"),
    path("desk/audit/audit.csv", admin.site.admin_view(pages.take_out), {"form": Form.CSV}, name="audit-csv"),
    path("desk/audit/audit.jsonl", admin.site.admin_view(pages.take_out), {"form": Form.JSONL}, name="audit-jsonl"),
]
