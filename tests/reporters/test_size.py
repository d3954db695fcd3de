"""Reports take time in proportion to what they say, whatever the sources look like."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace

from schemalint.diagnostic import Fix, Region, Related
from schemalint.finding import Subject
from schemalint.reporters import formats, render
from schemalint.source import Edit, Position, Sources
from tests.reporters import samples


@pytest.mark.parametrize("format_name", formats())
def test_thousands_of_findings_on_one_long_line(format_name: str) -> None:
    sources = Sources.of({"a.sql": "SELECT '😀漢'; " * 300_000})
    file = sources.read("a.sql")
    diagnostics = []
    for number in range(3_000):
        start = 1 + number * 1_000
        place = Region(path="a.sql", start=Position(1, start), end=Position(1, start + 5))
        fix = Fix(title="mend it", edits=(Edit(file.span(start, start + 5), ""),))
        one = samples.diagnostic("missing-rollback", "m", place, Subject())
        diagnostics.append(replace(one, related=(Related(place, "here"),), fix=fix))
    report = replace(samples.clean()[0], diagnostics=tuple(diagnostics))
    started = time.process_time()
    assert render(format_name, report, sources, samples.CONTEXT)
    assert time.process_time() - started < 5
