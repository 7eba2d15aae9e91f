"""What the pages of the lists show of a list."""

from __future__ import annotations

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from scans import shown
from scans.lists.rows import has_key, source_of
from scans.lists.trials import trial_of
from scans.models import Feed, FeedState
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.moments import NOTHING, moment

MOST_SHOWN = 50
VERSIONS_SHOWN = 10


class FeedColumns(DeskAdmin):
    """The columns and fields; the choices are in scans.admin.feeds."""

    changed = when("changed_at", _("last changed"))
    asked = when("checked_at", _("last asked"))

    @admin.display(description=_("list"), ordering="title")
    def title_shown(self, feed: Feed) -> str:
        aside = _("a list of one's own") if feed.is_own else feed.name
        return format_html('<bdi>{}</bdi> <small class="aside">{}</small>', feed.title or feed.name, aside)

    @admin.display(description=_("use"), ordering="state")
    def state_shown(self, feed: Feed) -> str:
        return render_to_string("desk/list_state.html", {"feed": feed})

    @admin.display(description=_("entries"), ordering="entries")
    def entries_shown(self, feed: Feed) -> str:
        return number_format(feed.entries, force_grouping=True)

    @admin.display(description=_("next"))
    def due(self, feed: Feed) -> str:
        """When a list is asked for; one that is off is not."""
        if feed.state == FeedState.OFF:
            return NOTHING
        return moment(feed.due_at) if feed.due_at > timezone.now() else str(_("within a minute"))

    @admin.display(description=_("last problem"), ordering="error")
    def problem_shown(self, feed: Feed) -> str:
        return feed.error or NOTHING

    @admin.display(description=_("what would change"))
    def trial_shown(self, feed: Feed) -> str:
        trial = trial_of(feed, timezone.now()) if feed.state == FeedState.WATCH else None
        changes = [
            {
                "host": shown.host_plate(change.host),
                "now": shown.verdict_mark(change.now),
                "then": shown.verdict_mark(change.then),
                "links": change.links,
            }
            for change in (trial.changes[:MOST_SHOWN] if trial else ())
        ]
        more = len(trial.changes) - len(changes) if trial else 0
        return render_to_string("desk/list_trial.html", {"trial": trial, "changes": changes, "more": more})

    @admin.display(description=_("it lists"))
    def use_shown(self, feed: Feed) -> str:
        return render_to_string("desk/list_use.html", {"source": source_of(feed)})

    @admin.display(description=_("from"))
    def where_shown(self, feed: Feed) -> str:
        source = source_of(feed)
        context = {"url": shown.url_text(source.url) if source and source.url else "", "feed": feed}
        return render_to_string("desk/list_where.html", context)

    @admin.display(description=_("an entry stands for"))
    def written_shown(self, feed: Feed) -> str:
        return render_to_string("desk/list_written.html", {"source": source_of(feed)})

    @admin.display(description=_("terms"))
    def terms_shown(self, feed: Feed) -> str:
        source = source_of(feed)
        return source.terms if source and source.terms else NOTHING

    @admin.display(description=_("key"))
    def key_shown(self, feed: Feed) -> str:
        source = source_of(feed)
        if source is None or not source.key_name:
            return str(_("needs none"))
        if has_key(feed, source):
            return str(_("set"))
        return str(_("missing: set it here, or as %(name)s in the environment") % {"name": source.key_name})

    @admin.display(description=_("import"))
    def stage_shown(self, feed: Feed) -> str:
        return str(feed.get_stage_display())

    @admin.display(description=_("versions"))
    def versions_shown(self, feed: Feed) -> str:
        rows = [
            {
                "version": version,
                "entries": number_format(version.entries, force_grouping=True),
                "added": number_format(version.added, force_grouping=True),
                "removed": number_format(version.removed, force_grouping=True),
                "made": moment(version.made_at),
                "is_used": version.number == feed.generation,
            }
            for version in feed.generations.all()[:VERSIONS_SHOWN]
        ]
        return render_to_string("desk/list_versions.html", {"versions": rows})
