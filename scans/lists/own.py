"""The form that makes a list of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scans.engine.feeds.source import Format, Match, Use
from scans.engine.links import InvalidLink, parse
from scans.engine.netguard import Blocked, check_address
from scans.lists import choices as list_choices
from scans.lists.choices import OwnList
from scans.models import Feed, FeedState

INPUT = {"class": "input"}
EXACT = {**INPUT, "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
MAX_PASTED = 1_000_000
MAX_ADDRESS = 2_000
MAX_FILE_NAME = 400

FORMATS = [
    (Format.LINES, _("one address or host a line")),
    (Format.HOSTS, _("a hosts file: 0.0.0.0 bad.example")),
    (Format.ADBLOCK, _("an ad blocker's list: ||bad.example^")),
    (Format.CERT_PL, _("as CERT.PL publishes")),
    (Format.METAMASK, _("as MetaMask publishes")),
    (Format.POLKADOT, _("as polkadot publishes")),
    (Format.SCAM_SNIFFER, _("as Scam Sniffer publishes")),
    (Format.THREATFOX, _("as ThreatFox publishes")),
    (Format.TRANCO, _("as Tranco publishes")),
    (Format.TWEETFEED, _("as TweetFeed publishes")),
    (Format.URLHAUS, _("as URLhaus publishes")),
]
MATCHES = [
    (Match.AS_WRITTEN, _("what it looks like: an address, or a host")),
    (Match.URL, _("exactly that address")),
    (Match.HOST, _("everything on exactly that host")),
    (Match.DOMAIN, _("everything on that domain and below it")),
]
USES = [
    (Use.BAD, _("scams")),
    (Use.GOOD, _("what is known to be fine")),
    (Use.NEW, _("newly registered domains")),
]
STATES = [
    (FeedState.WATCH, _("on trial: written down, no verdict changes")),
    (FeedState.ON, _("on: verdicts change")),
]


class OwnListForm(forms.Form):
    """One list: fetched from an address, read from a file on this machine, or pasted."""

    title = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=INPUT))
    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_ADDRESS,
        required=False,
        widget=forms.TextInput(attrs={**EXACT, "inputmode": "url"}),
        help_text=_("Asked for each hour. It must be a public web address."),
    )
    file = forms.CharField(
        label=_("Or a file on this machine"),
        max_length=MAX_FILE_NAME,
        required=False,
        widget=forms.TextInput(attrs=EXACT),
        help_text=_("Its whole path. It is read again when it changes; the worker must be allowed to read it."),
    )
    pasted = forms.CharField(
        label=_("Or the entries themselves"),
        max_length=MAX_PASTED,
        required=False,
        widget=forms.Textarea(attrs={**EXACT, "rows": 6, "class": "input mono"}),
    )
    format = forms.ChoiceField(label=_("Written as"), choices=FORMATS, initial=Format.LINES)
    match = forms.ChoiceField(label=_("An entry stands for"), choices=MATCHES, initial=Match.AS_WRITTEN)
    use = forms.ChoiceField(label=_("It lists"), choices=USES, initial=Use.BAD)
    state = forms.ChoiceField(label=_("Use"), choices=STATES, initial=FeedState.WATCH, widget=forms.RadioSelect)

    def clean_url(self) -> str:
        return checked_address(self.cleaned_data["url"])

    def clean_file(self) -> str:
        name = str(self.cleaned_data["file"])
        if name and not Path(name).is_absolute():
            raise forms.ValidationError(_("Write the whole path, from / on."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [name for name in ("url", "file", "pasted") if data.get(name)]
        if len(given) != 1 and not self.errors:
            raise forms.ValidationError(_("Give one of the three: an address, a file, or entries."))
        return data

    def make(self, by: str) -> Feed:
        """The new list."""
        data = self.cleaned_data
        own = OwnList(
            title=data["title"],
            format=Format(data["format"]),
            match=Match(data["match"]),
            use=Use(data["use"]),
            state=FeedState(data["state"]),
            url=data["url"],
            file=data["file"],
            pasted=data["pasted"],
        )
        return list_choices.add(own, by=by)


def checked_address(address: str) -> str:
    """A web address as it was written; ValidationError says what cannot be asked for. Names are looked up later."""
    if not address:
        return ""
    try:
        link = parse(address)
    except InvalidLink as error:
        raise forms.ValidationError(_("This is no web address.")) from error
    try:
        check_address(link.host)
    except Blocked as error:
        if link.host.replace(".", "").isdigit() or ":" in link.host:
            raise forms.ValidationError(_("Addresses inside a network are never asked for.")) from error
    if "://" not in address:
        raise forms.ValidationError(_("Begin it with https:// or http://."))
    return address
