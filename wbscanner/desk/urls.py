from __future__ import annotations

from django.contrib import admin
from django.urls import path

from wbscanner.desk import pairing, setup

app_name = "desk"

urlpatterns = [
    path("desk/phone/", admin.site.admin_view(pairing.phone), name="phone"),
    path("desk/phone/live/", pairing.live, name="phone-live"),
    path("setup/<str:token>/", setup.first_owner, name="setup"),
]
