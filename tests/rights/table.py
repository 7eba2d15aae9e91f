"""Who may do what: for every route what GET and POST answer to whom (tests.rights.world.COLUMNS, in that order).

    nobody   "no role"   viewer   moderator   another's (a moderator of the other group)   owner

Everything that is addressed belongs to the first group or to the installation. "login" sends to the log-in page; ! says
that rows were written; what has none wrote nothing. {of a group} and {of the house} stand for several lists each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

OF_A_GROUP = "waclient/campaign waclient/decision waclient/sighting waclient/report waclient/action"
OF_THE_HOUSE = (
    "wbscanner/alarm wbscanner/delivery wbscanner/setting django_q/success django_q/failure django_q/ormq "
    "django_q/schedule axes/accessattempt axes/accesslog axes/accessfailurelog scans/providerstate scans/scan "
    "scans/pendingreport waclient/connection waclient/pendingwork"
)

TABLE = """
(index)                                      | 302   302 302 302 302 302   | 302   302 302 302 302 302
healthz                                      | 200   200 200 200 200 200   | 405   405 405 405 405 405
api/(anything)                               | 404   404 404 404 404 404   | 404   404 404 404 404 404

# The API knows no sessions: tests/api/test_authorisation.py says what its tokens open.
api/v1/                                      | 404   404 404 404 404 404   | 404   404 404 404 404 404
api/v1/openapi.json                          | 401   200 200 200 200 200   | 405   405 405 405 405 405
api/v1/status                                | 401   401 401 401 401 401   | 405   405 405 405 405 405
api/v1/scans                                 | 401   401 401 401 401 401   | 401   401 401 401 401 401
api/v1/scans/<scan_id>                       | 401   401 401 401 401 401   | 405   405 405 405 405 405
api/v1/scans/<scan_id>/rescan                | 405   405 405 405 405 405   | 401   401 401 401 401 401
api/v1/overrides                             | 401   401 401 401 401 401   | 401   401 401 401 401 401
api/v1/overrides/<override_id>               | 405   405 405 405 405 405   | 405   405 405 405 405 405
api/v1/groups                                | 401   401 401 401 401 401   | 405   405 405 405 405 405
api/v1/groups/<group_id>                     | 405   405 405 405 405 405   | 405   405 405 405 405 405
api/v1/groups/<group_id>/mute                | 405   405 405 405 405 405   | 401   401 401 401 401 401
api/v1/groups/<group_id>/unmute              | 405   405 405 405 405 405   | 401   401 401 401 401 401
api/v1/audit                                 | 401   401 401 401 401 401   | 405   405 405 405 405 405
# By a secret: tests/api/test_urlscan_callback.py.
api/v1/urlscan/callback                      | 405   405 405 405 405 405   | 404   404 404 404 404 404
api/v1/urlscan/callback/<str:secret>         | 405   405 405 405 405 405   | 404   404 404 404 404 404
setup/<str:token>/                           | 410   410 410 410 410 410   | 410   410 410 410 410 410
join/<str:token>/                            | 200   200 200 200 200 200   | 302!  302! 302! 302! 302! 302!

# One's own login.
admin/login/                                 | 200   302 302 302 302 302   | 200   200 200 200 200 200
login/code/                                  | login login login login login login | login login login login login login
admin/logout/                                | 302   405 405 405 405 405   | 302   200! 200! 200! 200! 200!
admin/password_change/                       | login 200 200 200 200 200   | login 302! 302! 302! 302! 302!
admin/password_change/done/                  | login 200 200 200 200 200   | login 405 405 405 405 405
desk/me/                                     | login 200 200 200 200 200   | login 405 405 405 405 405
desk/again/                                  | login 302 302 302 302 302   | login 405 405 405 405 405
desk/me/reading/                             | login 405 405 405 405 405   | login 302! 302! 302! 302! 302!
desk/me/second-factor/                       | login 200 200 200 200 200   | login 200! 200! 200! 200! 200!
desk/me/second-factor/remove/                | login 405 405 405 405 405   | login 302 302 302 302 302
desk/me/logins/end/                          | login 405 405 405 405 405   | login 302! 302! 302! 302! 302!

# The admin's frame.
admin/                                       | login 200 200 200 200 200   | login 200 200 200 200 200
admin/search/                                | login 200 200 200 200 200   | login 200 200 200 200 200
admin/autocomplete/                          | login 403 403 403 403 403   | login 405 405 405 405 405
admin/jsi18n/                                | login 200 200 200 200 200   | login 405 405 405 405 405
admin/r/<path:content_type_id>/<path:object_id>/ | login 404 404 404 404 404 | login 404 404 404 404 404
admin/<app>/                                 | login 404 200 200 200 200   | login 404 200 200 200 200
admin/(anything)                             | login 404 404 404 404 404   | login 404 404 404 404 404

# Lists and rows; tests.rights.test_actions has what is done with them.
admin/{of a group}/                          | login 403 200 200 200 200   | login 403 200 200 200 200
admin/{of a group}/add/                      | login 403 403 403 403 403   | login 403 403 403 403 403
admin/{of a group}/<path:object_id>/         | login 302 302 302 302 302   | login 302 302 302 302 302
admin/{of a group}/<path:object_id>/change/  | login 403 200 200 404 200   | login 403 403 403 403 403
admin/{of a group}/<path:object_id>/history/ | login 403 200 200 404 200   | login 403 200 200 404 200
admin/{of a group}/<path:object_id>/delete/  | login 403 403 403 403 403   | login 403 403 403 403 403

admin/groups/group/                          | login 403 200 200 200 200   | login 403 200 200 200 200
admin/groups/group/add/                      | login 403 403 403 403 403   | login 403 403 403 403 403
admin/groups/group/<path:object_id>/         | login 302 302 302 302 302   | login 302 302 302 302 302
admin/groups/group/<path:object_id>/change/  | login 403 200 200 404 200   | login 403 403 302! 404 302!
admin/groups/group/<path:object_id>/history/ | login 403 200 200 404 200   | login 403 200 200 404 200
admin/groups/group/<path:object_id>/delete/  | login 403 403 403 403 403   | login 403 403 403 403 403

admin/overrides/override/                          | login 403 200 200 200 200 | login 403 200 200 200 200
admin/overrides/override/add/                      | login 403 403 200 200 200 | login 403 403 302! 200 302!
admin/overrides/override/<path:object_id>/         | login 302 302 302 302 302 | login 302 302 302 302 302
admin/overrides/override/<path:object_id>/change/  | login 403 200 200 404 200 | login 403 403 403 403 403
admin/overrides/override/<path:object_id>/history/ | login 403 200 200 404 200 | login 403 200 200 404 200
admin/overrides/override/<path:object_id>/delete/  | login 403 403 403 403 403 | login 403 403 403 403 403

admin/waclient/moderatorschat/                          | login 403 200 200 200 200 | login 403 200 200 200 200
admin/waclient/moderatorschat/add/                      | login 403 403 200 200 200 | login 403 403 200! 200 200!
admin/waclient/moderatorschat/<int:pk>/code/            | login 403 403 403 404 403 | login 403 403 200! 404 200!
admin/waclient/moderatorschat/<int:pk>/groups/          | login 403 403 200 404 200 | login 403 403 302! 404 302!
admin/waclient/moderatorschat/<path:object_id>/         | login 302 302 302 302 302 | login 302 302 302 302 302
admin/waclient/moderatorschat/<path:object_id>/change/  | login 403 200 200 404 200 | login 403 403 403 403 403
admin/waclient/moderatorschat/<path:object_id>/history/ | login 403 200 200 404 200 | login 403 200 200 404 200
admin/waclient/moderatorschat/<path:object_id>/delete/  | login 403 403 403 403 403 | login 403 403 403 403 403

admin/{of the house}/                          | login 403 403 403 403 200 | login 403 403 403 403 200
admin/{of the house}/add/                      | login 403 403 403 403 403 | login 403 403 403 403 403
admin/{of the house}/<path:object_id>/         | login 302 302 302 302 302 | login 302 302 302 302 302
admin/{of the house}/<path:object_id>/change/  | login 403 403 403 403 200 | login 403 403 403 403 403
admin/{of the house}/<path:object_id>/history/ | login 404 404 404 404 200 | login 404 404 404 404 200
admin/{of the house}/<path:object_id>/delete/  | login 403 403 403 403 403 | login 403 403 403 403 403
admin/scans/pendingreport/<int:report_id>/file/<str:kind>/ | login 403 403 403 403 200! | login 403 403 403 403 200!

admin/wbscanner/apitoken/                          | login 403 403 403 403 200 | login 403 403 403 403 200
admin/wbscanner/apitoken/add/                      | login 403 403 403 403 200 | login 403 403 403 403 200!
admin/wbscanner/apitoken/<path:object_id>/         | login 302 302 302 302 302 | login 302 302 302 302 302
admin/wbscanner/apitoken/<path:object_id>/change/  | login 403 403 403 403 200 | login 403 403 403 403 403
admin/wbscanner/apitoken/<path:object_id>/history/ | login 404 404 404 404 200 | login 404 404 404 404 200
admin/wbscanner/apitoken/<path:object_id>/delete/  | login 403 403 403 403 403 | login 403 403 403 403 403

admin/scans/feed/                                  | login 403 403 403 403 200 | login 403 403 403 403 200
admin/scans/feed/add/                              | login 403 403 403 403 200 | login 403 403 403 403 302!
admin/scans/feed/progress/                         | login 403 403 403 403 200 | login 403 403 403 403 200
admin/scans/feed/<path:object_id>/                 | login 302 302 302 302 302 | login 302 302 302 302 302
admin/scans/feed/<path:object_id>/change/          | login 403 403 403 403 200 | login 403 403 403 403 302!
admin/scans/feed/<path:object_id>/history/         | login 404 404 404 404 200 | login 404 404 404 404 200
admin/scans/feed/<path:object_id>/delete/          | login 403 403 403 403 403 | login 403 403 403 403 403

# Deciding. Parts of pages that refresh themselves refuse with 403: a log-in page has no place inside of one.
desk/queue/                                  | login 403 200 200 200 200   | login 405 405 405 405 405
desk/queue/fresh/                            | 403   403 200 200 200 200   | 405   405 405 405 405 405
desk/queue/decide/                           | login 405 405 405 405 405   | login 403 302 302! 302 302!
desk/queue/undo/                             | login 405 405 405 405 405   | login 403 302 302! 302 302!
desk/link/<str:url_hash>/                    | login 403 200 200 404 200   | login 405 405 405 405 405
desk/picture/<int:key>/                      | login 403 403 403 403 200   | login 403 403 403 403 405
desk/check/                                  | login 403 403 200 200 200   | login 403 403 302! 302! 302!
desk/overrides/paste/                        | login 403 403 200 200 200   | login 403 403 302! 422 302!
desk/overrides/import/                       | login 405 405 405 405 405   | login 403 403 302! 200 302!
desk/overrides/effect/                       | login 405 405 405 405 405   | login 403 403 200 422 200
desk/overrides/export/                       | login 403 200! 200! 200! 200! | login 405 405 405 405 405
# A long piece of work that the moderator asked for is nobody else's.
desk/work/<int:key>/                         | login 404 404 200 404 404   | login 405 405 405 405 405
desk/work/<int:key>/yes/                     | login 405 405 405 405 405   | login 404 404 302! 404 404
desk/work/<int:key>/file/                    | login 404 404 404 404 404   | login 405 405 405 405 405

# The audit trail.
desk/audit/                                  | login 403 200 200 200 200   | login 405 405 405 405 405
desk/audit/<int:pk>/                         | login 403 200 200 404 200   | login 405 405 405 405 405
desk/audit/audit.csv                         | login 403 200! 200! 200! 200! | login 405 405 405 405 405
desk/audit/audit.jsonl                       | login 403 200! 200! 200! 200! | login 405 405 405 405 405

# Of one group.
desk/groups/<int:pk>/texts/                  | login 403 403 200 404 200   | login 403 403 302! 404 302!
desk/groups/<int:pk>/texts/<str:kind>/       | 405   405 405 405 405 405   | 403   403 403 200 404 200
desk/groups/<int:pk>/notice/                 | login 404 200 200 404 200   | login 405 405 405 405 405
desk/groups/<int:group_id>/backtest/         | login 403 200 200 404 200   | login 403 200 200 404 200
desk/groups/<int:group_id>/go-live/          | login 405 405 405 405 405   | login 403 403 302! 404 302!
desk/groups/<int:group_id>/trusted/          | login 403 200 200 404 200   | login 403 403 302! 404 302!

# Parts of the dashboard; what each counts is its reader's.
desk/dashboard/live/                         | login 200 200 200 200 200   | login 405 405 405 405 405
desk/happened/                               | login 200 200 200 200 200   | login 405 405 405 405 405
desk/house/                                  | login 200 200 200 200 200   | login 405 405 405 405 405

# The owner's.
desk/first-week/note/                        | login 403 403 403 403 405   | login 403 403 403 403 302!
desk/backup/                                 | login 403 403 403 403 200   | login 403 403 403 403 405
desk/alarms/test/                            | login 403 403 403 403 405   | login 403 403 403 403 302!
desk/phone/                                  | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/phone/live/                             | 403   403 403 403 403 200   | 405   405 405 405 405 405
desk/phone/opened/                           | login 405 405 405 405 405   | login 403 403 403 403 302!
desk/simulator/                              | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/simulator/live/                         | 403   403 403 403 403 200   | 405   405 405 405 405 405
desk/set-up/                                 | login 403 403 403 403 302   | login 403 403 403 403 405
desk/set-up/language/                        | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/set-up/phone/                           | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/set-up/phone/live/                      | 403   403 403 403 403 200   | 405   405 405 405 405 405
desk/set-up/groups/                          | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/set-up/behaviour/                       | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/set-up/test/                            | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/set-up/end/                             | login 403 403 403 403 405   | login 403 403 403 403 302!
desk/set-up/skip/<str:stage>/                | login 403 403 403 403 405   | login 403 403 403 403 302!
desk/people/                                 | login 403 403 403 403 200   | login 403 403 403 403 405
desk/people/invite/                          | login 403 403 403 403 200   | login 403 403 403 403 200!
desk/people/<int:pk>/                        | login 403 403 403 403 200   | login 403 403 403 403 302!
desk/people/<int:pk>/password/               | login 403 403 403 403 405   | login 403 403 403 403 200!
desk/people/<int:pk>/<slug:what>/            | login 403 403 403 403 405   | login 403 403 403 403 302!
desk/invitations/<int:pk>/withdraw/          | login 403 403 403 403 405   | login 403 403 403 403 302!
desk/privacy/                                | login 403 403 403 403 200   | login 403 403 403 403 405
desk/privacy/ledger.csv                      | login 403 403 403 403 200!  | login 403 403 403 403 405
desk/privacy/people/                         | login 403 403 403 403 200   | login 403 403 403 403 200
desk/privacy/people/export/                  | login 403 403 403 403 405   | login 403 403 403 403 200!
desk/privacy/people/erase/                   | login 403 403 403 403 405   | login 403 403 403 403 302!
desk/privacy/people/erasures/                | login 403 403 403 403 200   | login 403 403 403 403 405
desk/privacy/record/                         | login 403 403 403 403 200   | login 403 403 403 403 405
"""

MARKS = {"{of a group}": OF_A_GROUP.split(), "{of the house}": OF_THE_HOUSE.split()}


@dataclass(frozen=True, slots=True)
class Line:
    """A route and its two rows of six outcomes."""

    route: str
    get: tuple[str, ...]
    post: tuple[str, ...]


def lines() -> list[Line]:
    return [line for row in TABLE.splitlines() if row and not row.startswith("#") for line in _read(row)]


def _read(row: str) -> Iterator[Line]:
    route, get, post = (part.strip() for part in row.split("|"))
    mark = next((mark for mark in MARKS if mark in route), "")
    for name in MARKS.get(mark, [""]):
        yield Line(route.replace(mark, name) if mark else route, tuple(get.split()), tuple(post.split()))
