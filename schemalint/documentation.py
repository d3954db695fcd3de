"""The documentation of a rule, which is its module's docstring, taken apart for those who show it.

The first line says what is wrong; the rest is Markdown under the headings *What it does · Why is this bad? ·
Example · Use instead · References*.
"""

from __future__ import annotations

import re

_LINK = re.compile(r"\[([^\]\n]*+)\]\(([^)\s]*+)\)")
_FENCE = re.compile(r"(?ms)^```\w*\n(.*?)^```\n?")
_HEADING = re.compile(r"(?m)^#+[ \t]+(.*)$")


def summary(documentation: str) -> str:
    """The first line."""
    return documentation.strip().partition("\n")[0]


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
