from __future__ import annotations

from django.contrib import admin
from django.urls import path

from wbscanner.desk import (
    alarm_pages,
    card,
    checking,
    dashboard,
    first_steps,
    overriding,
    pairing,
    people_urls,
    queue,
    set_up,
    set_up_groups,
    setup,
    simulator,
    texts,
    trusted,
)
from wbscanner.desk.audit import urls as audit_urls
from wbscanner.desk.backtest import page as backtest_page
from wbscanner.desk.errands import pages as errand_pages
from wbscanner.desk.privacy import pages, people, printed

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
    path("desk/phone/live/", pairing.live, {"stand": pairing.OWN_PAGE}, name="phone-live"),
    path("desk/simulator/", admin.site.admin_view(simulator.simulator), name="simulator"),
    path("desk/simulator/live/", simulator.live, name="simulator-live"),
    path("desk/groups/<int:pk>/texts/", admin.site.admin_view(texts.texts), name="texts"),
    path("desk/groups/<int:pk>/texts/<str:kind>/", texts.live, name="texts-live"),
    path("desk/groups/<int:group_id>/backtest/", admin.site.admin_view(backtest_page.backtest), name="backtest"),
    path("desk/groups/<int:group_id>/go-live/", admin.site.admin_view(backtest_page.go_live), name="go-live"),
    path("desk/dashboard/live/", admin.site.admin_view(dashboard.live), name="dashboard-live"),
    path("desk/happened/", admin.site.admin_view(dashboard.what_happened), name="happened"),
    path("desk/house/", admin.site.admin_view(dashboard.house), name="house"),
    path("desk/first-week/note/", admin.site.admin_view(first_steps.note), name="first-week-note"),
    path("desk/backup/", admin.site.admin_view(first_steps.backup), name="backup"),
    path("desk/set-up/", admin.site.admin_view(set_up.start), name="set-up"),
    path("desk/set-up/language/", admin.site.admin_view(set_up.language), name="set-up-language"),
    path("desk/set-up/phone/", admin.site.admin_view(set_up.phone), name="set-up-phone"),
    path("desk/set-up/phone/live/", pairing.live, {"stand": pairing.SET_UP}, name="set-up-phone-live"),
    path("desk/set-up/groups/", admin.site.admin_view(set_up_groups.groups), name="set-up-groups"),
    path("desk/set-up/behaviour/", admin.site.admin_view(set_up_groups.behaviour), name="set-up-behaviour"),
    path("desk/set-up/test/", admin.site.admin_view(set_up.test), name="set-up-test"),
    path("desk/set-up/end/", admin.site.admin_view(set_up.end), name="set-up-end"),
    path("desk/set-up/skip/<str:stage>/", admin.site.admin_view(set_up.skip), name="set-up-skip"),
    path("desk/groups/<int:group_id>/trusted/", admin.site.admin_view(trusted.trusted), name="trusted"),
    path("desk/overrides/paste/", admin.site.admin_view(overriding.paste), name="override-paste"),
    path("desk/overrides/import/", admin.site.admin_view(overriding.bring_in), name="override-import"),
    path("desk/overrides/effect/", admin.site.admin_view(overriding.effect), name="override-effect"),
    path("desk/overrides/export/", admin.site.admin_view(overriding.take_out), name="override-export"),
    path("desk/work/<int:key>/", admin.site.admin_view(errand_pages.errand), name="errand"),
    path("desk/work/<int:key>/yes/", admin.site.admin_view(errand_pages.yes), name="errand-yes"),
    path("desk/work/<int:key>/file/", admin.site.admin_view(errand_pages.take), name="errand-file"),
    *people_urls.urlpatterns,
    *audit_urls.urlpatterns,
    path("desk/privacy/", admin.site.admin_view(pages.privacy), name="privacy"),
    path("desk/privacy/ledger.csv", admin.site.admin_view(pages.ledger_file), name="ledger-file"),
    path("desk/privacy/people/", admin.site.admin_view(people.people), name="personal"),
    path("desk/privacy/people/erasures/", admin.site.admin_view(people.erasures), name="erasures"),
    path("desk/privacy/people/export/", admin.site.admin_view(people.export), name="personal-export"),
    path("desk/privacy/people/erase/", admin.site.admin_view(people.erase), name="personal-erase"),
    path("desk/privacy/record/", admin.site.admin_view(printed.record), name="record"),
    path("desk/groups/<int:pk>/notice/", admin.site.admin_view(printed.notice), name="notice"),
    path("setup/<str:token>/", setup.first_owner, name="setup"),
]
