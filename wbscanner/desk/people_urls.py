"""Addresses of people, one's own account, and logins."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from wbscanner.desk import account, joining, kept, login, people_pages

urlpatterns = [
    path("desk/people/", admin.site.admin_view(people_pages.everybody), name="people"),
    path("desk/people/invite/", admin.site.admin_view(people_pages.invite), name="invite"),
    path("desk/people/<int:pk>/", admin.site.admin_view(people_pages.person), name="person"),
    path("desk/people/<int:pk>/password/", admin.site.admin_view(people_pages.password_link), name="password-link"),
    path("desk/people/<int:pk>/<slug:what>/", admin.site.admin_view(people_pages.act), name="person-act"),
    path("desk/invitations/<int:pk>/withdraw/", admin.site.admin_view(people_pages.withdraw), name="withdraw"),
    path("desk/me/", admin.site.admin_view(account.account), name="account"),
    path("desk/me/reading/", admin.site.admin_view(account.read_as), name="read-as"),
    path("desk/me/second-factor/", admin.site.admin_view(account.set_up_factor), name="second-factor"),
    path("desk/me/second-factor/remove/", admin.site.admin_view(account.remove_factor), name="factor-remove"),
    path("desk/me/logins/end/", admin.site.admin_view(account.end_login), name="login-end"),
    path("desk/again/", admin.site.admin_view(kept.again), name="again"),
    path("login/code/", login.code_step, name="login-code"),
    path("join/<str:token>/", joining.join, name="join"),
]
