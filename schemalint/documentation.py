"""The documentation of a rule, which is its module's docstring, taken apart for those who show it.

The first line says what is wrong; the rest is Markdown under the headings *What it does · Why is this bad? ·
Example · Use instead · References*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemalint.rule import DocumentedRule

_LINK = re.compile(r"\[([^\]\n]*+)\]\(([^)\s]*+)\)")
_FENCE = re.compile(r"(?ms)^```\w*\n(.*?)^```\n?")
_HEADING = re.compile(r"(?m)^#+[ \t]+(.*)$")


def body(documentation: str) -> str:
    """What follows the first line, in Markdown."""
    return documentation.strip().partition("\n")[2].strip()


def section(documentation: str, heading: str) -> str:
    """The Markdown under a heading; empty where there is none of that name."""
    found = re.search(rf"(?ms)^## {re.escape(heading)}[ \t]*\n(.*?)(?=^## |\Z)", documentation)
    return found[1].strip() if found else ""


def plain(markdown: str) -> str:
    """Markdown as text: links with their address in brackets, code indented, headings with a colon."""
    text = _FENCE.sub(lambda fence: "".join(f"    {line}\n" for line in fence[1].splitlines()), markdown)
    return _LINK.sub(r"\1 (\2)", _HEADING.sub(r"\1:", text))


def reference(rules: Iterable[DocumentedRule]) -> str:
    """The rules as the README shows them: a table, and the documentation of each under a heading."""
    listed = list(rules)
    lines = ["| rule | category | severity | |", "|---|---|---|---|"]
    lines += [
        f"| [{rule.name}](#{rule.name}) | {rule.rule.category} | {rule.rule.severity} | {rule.summary} |"
        for rule in listed
    ]
    for rule in listed:
        text = _HEADING.sub(r"**\1**", body(rule.documentation))
        lines += ["", f"### {rule.name}", "", f"{rule.summary}.", "", text]
    return "\n".join(lines) + "\n"
