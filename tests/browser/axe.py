"""axe-core on one page: the serious and critical findings, each with where and why."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that differs in the dark
OBSCURED = "partially obscured"  # by a bar that stays on the screen: scrolling brings the target out
RUN = """async only => (await axe.run(document, {runOnly: only, resultTypes: ['violations'], elementRef: false}))
    .violations.flatMap(one => one.nodes.map(node => [one.impact, one.id, node.target.join(' '),
        (node.any[0] || node.all[0] || node.none[0] || {}).message || '']))"""


def grave_findings(page: Page, only: Mapping[str, object]) -> list[str]:
    """What keeps people out of the page as it stands."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)  # not a script element: the page's own policy stays as it is
    found = page.evaluate(RUN, only)
    return [
        f"{rule} at {where}: {why}" for impact, rule, where, why in found if impact in GRAVE and OBSCURED not in why
    ]
