from __future__ import annotations

from django.contrib import admin
from django.urls import path

from wbscanner.desk import alarm_pages, backtest, card, checking, pairing, queue, setup, simulator, texts

app_name = "desk"

urlpatterns = [
    path("desk/queue/", admin.site.admin_view(queue.queue), name="queue"),
    path("desk/queue/fresh/", queue.fresh, name="queue-fresh"),
    path("desk/queue/decide/", admin.site.admin_view(queue.decide), name="decide"),
    path("desk/queue/undo/", admin.site.admin_view(queue.undo), name="undo"),
    path("desk/link/<str:url_hash>/", admin.site.admin_view(card.card), name="card"),
    path("desk/check/", admin.site.admin_view(checking.check), name="check"),
    path("desk/picture/<int:key>/", admin.site.admin_view(card.picture), name="picture"),
    path("desk/phone/", admin.site.admin_view(pairing.phone), name="phone"),
    path("desk/phone/opened/", admin.site.admin_view(pairing.opened), name="phone-opened"),
    path("desk/alarms/test/", admin.site.admin_view(alarm_pages.tell_test), name="alarm-test"),
    path("desk/phone/live/", pairing.live, name="phone-live"),
    path("desk/simulator/", admin.site.admin_view(simulator.simulator), name="simulator"),
    path("desk/simulator/live/", simulator.live, name="simulator-live"),
    path("desk/groups/<int:pk>/texts/", admin.site.admin_view(texts.texts), name="texts"),
    path("desk/groups/<int:pk>/texts/<str:kind>/", texts.live, name="texts-live"),
    path("desk/groups/<int:group_id>/backtest/", admin.site.admin_view(backtest.backtest), name="backtest"),
    path("desk/groups/<int:group_id>/go-live/", admin.site.admin_view(backtest.go_live), name="go-live"),
    path("setup/<str:token>/", setup.first_owner, name="setup"),
]
