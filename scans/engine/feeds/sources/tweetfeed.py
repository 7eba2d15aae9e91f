"""TweetFeed: links that security people report on X, gathered every quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Default, Format, Match, Source

TWEETFEED = Source(
    name="tweetfeed",
    title="TweetFeed",
    url="https://raw.githubusercontent.com/0xDanielLopez/TweetFeed/master/month.csv",
    format=Format.TWEETFEED,
    match=Match.AS_WRITTEN,
    every=timedelta(minutes=15),
    terms="CC0: free for every use.",
    default=Default.ON,
)
