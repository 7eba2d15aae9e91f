from __future__ import annotations

from django.contrib import admin
from django.urls import path

from wbscanner.desk import pairing, setup, simulator

app_name = "desk"

urlpatterns = [
    path("desk/phone/", admin.site.admin_view(pairing.phone), name="phone"),
    path("desk/phone/live/", pairing.live, name="phone-live"),
    path("desk/simulator/", admin.site.admin_view(simulator.simulator), name="simulator"),
    path("desk/simulator/live/", simulator.live, name="simulator-live"),
    path("setup/<str:token>/", setup.first_owner, name="setup"),
]
