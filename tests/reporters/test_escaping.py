"""Names with terminal commands, workflow commands and links: every format shows them and obeys none."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schemalint.diagnostic import Region, Report
from schemalint.finding import Subject
from schemalint.printable import escaped_json, printable, well_formed
from schemalint.reporters import formats, render
from schemalint.reporters.sarif.places import link, message
from schemalint.source import Position, Sources
from tests.reporters import samples

OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@pytest.mark.parametrize("format_name", formats())
def test_nothing_is_obeyed(format_name: str) -> None:
    report, sources = samples.hostile()
    rendered = render(format_name, report, sources, replace(samples.CONTEXT, verbose=True))
    rendered.encode()
    assert not OBEYED.search(rendered)
    assert not any(line.lstrip().startswith("::error::") for line in rendered.splitlines())
    if format_name in ("text", "concise"):
        assert "##[" not in rendered


@given(st.text() | st.text(" \t\n\u3000:#[a"))
def test_any_text_becomes_one_harmless_line(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert not OBEYED.search(shown)
    assert shown.splitlines() in ([], [shown])
    assert not shown.lstrip().startswith("::")


@given(st.text("az \\é漢😀\u200d\u00ad"))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == well_formed(text) == text


@given(st.text())
def test_json_means_the_same(text: str) -> None:
    text = well_formed(text)
    escaped = escaped_json(json.dumps(text, ensure_ascii=False).encode())
    assert json.loads(escaped) == text
    assert not OBEYED.search(escaped)


def test_json_is_lossless() -> None:
    report, sources = samples.hostile()
    (finding,) = json.loads(render("json", report, sources, samples.CONTEXT))["findings"]
    name = samples.HOSTILE.replace("\udcff", r"\xff")
    assert finding["subject"] == {"table": name, "columns": [name], "name": name}
    assert finding["fix"]["edits"][0]["text"] == name


def test_a_uri_leads_back_to_the_file() -> None:
    report, sources = samples.hostile()
    log = json.loads(render("sarif", report, sources, samples.CONTEXT))
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(' #?<>"\\[]%') - {"%"}
    path = report.diagnostics[0].region.path
    assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")


def test_messages_hold_no_links_but_ours() -> None:
    report, sources = samples.hostile()
    log = json.loads(render("sarif", report, sources, samples.CONTEXT))
    text = log["runs"][0]["results"][0]["message"]["text"]
    assert re.findall(r"(?<!\\)\]\(([^)]*)\)", text) == ["1"]
    assert message("`@@index([a])` [x](y)") == "`@@index([a])` [x] (y)"
    assert link("a [b] \\", 3) == r"[a \[b\] \\](3)"


def test_workflow_commands_are_escaped_as_the_toolkit_does() -> None:
    place = Region(path="a,b:c%0A.sql", start=Position(1, 2), end=Position(1, 3))
    finding = samples.diagnostic("x", "100% ::set-output name=a::b", place, Subject())
    report = replace(samples.clean()[0], diagnostics=(finding,))
    (command, _) = render("github", report, Sources.of({}), samples.CONTEXT).splitlines()
    properties = "file=a%2Cb%3Ac%250A.sql,line=1,endLine=1,col=2,endColumn=3,title=schemalint%3A x"
    assert command == f"::warning {properties}::a,b:c%250A.sql:1:2: 100%25 ::set-output name=a::b [x]"


def test_columns_are_those_that_each_reader_counts() -> None:
    """UTF-16 units in SARIF, code points in JSON; the excerpt's mark stands below the place."""
    sources = Sources.of({"a.sql": "\t😀漢é\u0301 x y\n"})
    place = samples.region(sources, "a.sql", "x")
    report: Report = replace(
        samples.clean()[0], diagnostics=(samples.diagnostic("unreadable", "m", place, Subject()),)
    )
    log = json.loads(render("sarif", report, sources, samples.CONTEXT))
    region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 9}
    (finding,) = json.loads(render("json", report, sources, samples.CONTEXT))["findings"]
    assert (finding["column"], finding["end_column"]) == (7, 8)
    lines = render("text", report, sources, samples.CONTEXT).splitlines()
    assert lines[2:4] == ["    1 |     😀漢é\u0301 x y", "      |           ^"]
