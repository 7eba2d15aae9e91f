"""Texts of strangers at their worst, and one row of every kind that carries such a text."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Model

from tests.desk.pages import rows_of_group, rows_of_installation
from tests.factories import make_group

MARK = "zqx"  # stands in every payload and nowhere else
HARMLESS = f"{MARK} ordinary words. And a.host.example, {'and so on ' * 8}\nand another line"
PAYLOADS = [
    f"<script>{MARK}()</script>",
    f"</script><script>{MARK}()</script>",
    f"<ScRiPt/src=//{MARK}.example>",
    f"<img src=x onerror={MARK}()>",
    f"<svg/onload={MARK}()>",
    f"<svg><a xlink:href=javascript:{MARK}()>",
    f"<iframe srcdoc=<b>{MARK}>",
    f"<iframe src=javascript:{MARK}()>",
    f"<a href=javascript:{MARK}()>x</a>",
    f"<a href=https://{MARK}.example>x</a>",
    f"<form action=//{MARK}.example>",
    f"<base href=//{MARK}.example>",
    f"<meta http-equiv=refresh content=0;{MARK}>",
    f"<style>*{{background:url({MARK})}}</style>",
    f"<link rel=stylesheet href=//{MARK}.example>",
    f"<math><mtext></mtext>{MARK}</math>",
    f"<details open ontoggle={MARK}()>",
    f"</title><b>{MARK}",
    f"</textarea><b>{MARK}",
    f"</select></form><b>{MARK}",
    f"--><b>{MARK}<!--",
    f"<!--{MARK}",
    f"]]><b>{MARK}",
    f'" onmouseover="{MARK}()',
    f"' onmouseover='{MARK}()",
    f'"><b>{MARK}</b>',
    f"'><b>{MARK}</b>",
    f"` onmouseover=`{MARK}",
    f'" autofocus onfocus="{MARK}()',
    f'" x-init="{MARK}()',
    f"<div x-data x-init={MARK}()>",
    f"<div x-html={MARK}>",
    f'<b @click="{MARK}()">',
    f'<b :class="{MARK}()">',
    f"<template x-if=true>{MARK}",
    f"<b hx-get=//{MARK} hx-trigger=load>",
    f"{{{{ {MARK} }}}}",
    f"{{% include '{MARK}' %}}",
    f"${{{MARK}()}}",
    f"'); {MARK}(); ('",
    f"&lt;b&gt;{MARK}&lt;/b&gt;",
    f"\u202e{MARK}\u2066\u200f\u200b",
    f"\x01\x1b[31m{MARK}\x7f\x85\u2028",
    f"javascript:{MARK}()",
    f"%(name)s %s {MARK}",
    f"\u2067\u05d0\u05d1\u05d2 {MARK} \u0645\u0648\u0642\u0639\u2069",
    f"\u202b\u0645\u062c\u0645\u0648\u0639\u0629 {MARK}<b>",
    f'=HYPERLINK("//{MARK}.example")',
    f"+cmd|' /C {MARK}'!A0",
    f"@SUM({MARK})\t\r\n",
    f"<noscript><p title='</noscript><img src=x onerror={MARK}()>'>",
    f"<object data=javascript:{MARK}()>",
    f"<embed src=//{MARK}.example>",
    f"<video><source onerror={MARK}()>",
    f"<input autofocus onfocus={MARK}() x-model={MARK}>",
    f"<b x-bind={MARK} x-effect={MARK}() x-on:load.window={MARK}()>",
    f"data:text/html,<script>{MARK}()</script>",
    f"https://u:{MARK}@{MARK}.example:8080/?q=<b>#{MARK}",
    MARK + "W" * 400,
    MARK + "e\u0301\u0323" * 60,
]  # fmt: skip


def fill(text: str, number: int) -> list[Model]:
    """One row of every kind with `text` in every column that takes it."""
    group = make_group(text[:200], jid=f"{text[:60]}{number}")
    names = {"username": f"{text[:140]}{number}", "email": text[:250], "first_name": text[:150]}
    user = User.objects.create(is_staff=True, **names)
    host = text[:200]
    return [group, user, *rows_of_group(group, text, number, host), *rows_of_installation(group, text, number)]
