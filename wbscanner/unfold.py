"""How django-unfold looks and what its sidebar lists. Read by settings, so nothing here may need the apps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

LISTS = {
    "sightings": ("waclient", "sighting"),
    "asked": ("waclient", "report"),
    "campaigns": ("waclient", "campaign"),
    "groups": ("groups", "group"),
    "overrides": ("overrides", "override"),
    "actions": ("waclient", "action"),
    "decisions": ("waclient", "decision"),
    "chats": ("waclient", "moderatorschat"),
    "scans": ("scans", "scan"),
    "lists": ("scans", "feed"),
    "providers": ("scans", "providerstate"),
    "reports": ("scans", "pendingreport"),
    "tokens": ("wbscanner", "apitoken"),
    "settings": ("wbscanner", "setting"),
    "alarms": ("wbscanner", "alarm"),
    "work": ("waclient", "pendingwork"),
    "connection": ("waclient", "connection"),
    "jobs": ("django_q", "ormq"),
    "failures": ("django_q", "failure"),
    "schedules": ("django_q", "schedule"),
    "logins": ("axes", "accessattempt"),
}
OWNERS = {
    "scans",
    "lists",
    "providers",
    "reports",
    "tokens",
    "settings",
    "work",
}
OWNERS |= {"alarms", "connection", "jobs", "failures", "schedules", "logins"}


def is_owner(request: HttpRequest) -> bool:
    return request.user.is_superuser


def may_link(request: HttpRequest) -> bool:
    return request.user.has_perm("waclient.change_connection")


def is_simulated(request: HttpRequest) -> bool:
    return settings.IS_SIMULATED and may_link(request)


def _may_see(app: str, model: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(f"{app}.view_{model}")


def _list(title: Any, icon: str, name: str) -> dict[str, Any]:
    app, model = LISTS[name]
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": is_owner if name in OWNERS else _may_see(app, model),
    }


def _logo(_request: HttpRequest) -> str:
    return static("logo.svg")


# Sea-green neutrals and ink, from static/desk.css: colour is kept for verdicts and health.
COLORS = {
    "base": {
        "50": "#f6f8f7",
        "100": "#f1f4f3",
        "200": "#d8dfdc",
        "300": "#b4c0bb",
        "400": "#98a6a0",
        "500": "#5a6762",
        "600": "#44514d",
        "700": "#2b3532",
        "800": "#1b2321",
        "900": "#161d1b",
        "950": "#0e1312",
    },
    "primary": {
        "50": "#f0f7fa",
        "100": "#e4eff4",
        "200": "#c4dfea",
        "300": "#a3d3e8",
        "400": "#84c8e6",
        "500": "#3f93b5",
        "600": "#0b5876",
        "700": "#094a63",
        "800": "#083d52",
        "900": "#062f3f",
        "950": "#041f2a",
    },
    "font": {
        "subtle-light": "#5a6762",
        "subtle-dark": "#98a6a0",
        "default-light": "#44514d",
        "default-dark": "#b4c0bb",
        "important-light": "#15201d",
        "important-dark": "#e6edea",
    },
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "wbscanner",
    "SITE_HEADER": "wbscanner",
    "SITE_SUBHEADER": _("Scam links in your groups"),
    "SITE_URL": None,
    "SITE_ICON": _logo,
    "SITE_FAVICONS": [{"rel": "icon", "href": _logo, "type": "image/svg+xml"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": COLORS,
    "STYLES": [lambda _request: static("desk.css")],
    "DASHBOARD_CALLBACK": "wbscanner.desk.dashboard.add_context",
    "ACCOUNT": {
        "navigation": [
            {"title": _("Your account"), "link": reverse_lazy("desk:account")},
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
        ]
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    {
                        "title": _("Set-up"),
                        "icon": "flag",
                        "link": reverse_lazy("desk:set-up"),
                        "permission": "wbscanner.desk.set_up_stages.is_being_set_up",  # it looks at a row once a minute
                    },
                    {"title": _("Dashboard"), "icon": "home", "link": reverse_lazy("admin:index")},
                    {
                        "title": _("Queue"),
                        "icon": "inbox",
                        "link": reverse_lazy("desk:queue"),
                        "permission": _may_see("waclient", "queueitem"),
                    },
                    _list(_("Questions of members"), "contact_support", "asked"),
                    _list(_("Links seen"), "link", "sightings"),
                    _list(_("Campaigns"), "campaign", "campaigns"),
                    _list(_("Groups"), "groups", "groups"),
                    _list(_("Overrides"), "rule", "overrides"),
                    _list(_("Moderators' chats"), "forum", "chats"),
                ],
            },
            {
                "title": _("What happened"),
                "separator": True,
                "items": [
                    _list(_("What the bot did"), "outbox", "actions"),
                    _list(_("Decisions"), "gavel", "decisions"),
                    _list(_("Scans"), "travel_explore", "scans"),
                    _list(_("Reports"), "lab_profile", "reports"),
                    {
                        "title": _("Audit"),
                        "icon": "history",
                        "link": reverse_lazy("desk:audit"),
                        "permission": _may_see("wbscanner", "auditentry"),
                    },
                ],
            },
            {
                "title": _("House"),
                "separator": True,
                "items": [
                    {
                        "title": _("Phone"),
                        "icon": "smartphone",
                        "link": reverse_lazy("desk:phone"),
                        "permission": may_link,
                    },
                    {
                        "title": _("Simulator"),
                        "icon": "science",
                        "link": reverse_lazy("desk:simulator"),
                        "permission": is_simulated,
                    },
                    {
                        "title": _("Privacy"),
                        "icon": "shield_person",
                        "link": reverse_lazy("desk:privacy"),
                        "permission": is_owner,
                    },
                    _list(_("Alarms"), "notifications", "alarms"),
                    _list(_("Providers"), "hub", "providers"),
                    _list(_("Lists"), "list_alt", "lists"),
                    {
                        "title": _("People"),
                        "icon": "person",
                        "link": reverse_lazy("desk:people"),
                        "permission": is_owner,
                    },
                    _list(_("API tokens"), "vpn_key", "tokens"),
                ],
            },
            {
                "title": _("Machine room"),
                "separator": True,
                "collapsible": True,
                "items": [
                    _list(_("Connection"), "lan", "connection"),
                    _list(_("Pending work"), "hourglass_empty", "work"),
                    _list(_("Jobs"), "pending_actions", "jobs"),
                    _list(_("Failed jobs"), "error", "failures"),
                    _list(_("Schedules"), "schedule", "schedules"),
                    _list(_("Logins refused"), "lock", "logins"),
                    _list(_("Settings"), "tune", "settings"),
                ],
            },
        ],
    },
}
