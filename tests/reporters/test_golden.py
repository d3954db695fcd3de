"""Every format on the same reports, compared with `golden/`; SCHEMALINT_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from schemalint.diagnostic import Report
from schemalint.reporters import formats, render
from schemalint.source import Sources
from tests.reporters import samples

GOLDEN = Path(__file__).with_name("golden")
SUFFIXES = {"json": "json", "sarif": "sarif"}
REPORTS: dict[str, Callable[[], tuple[Report, Sources]]] = {
    "findings": samples.findings,
    "clean": samples.clean,
    "nothing": samples.nothing,
    "unreadable": samples.unreadable,
    "hostile": samples.hostile,
}


def compare(name: str, rendered: str) -> None:
    file = GOLDEN / name
    if os.environ.get("SCHEMALINT_UPDATE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(rendered.encode())
    assert rendered == file.read_bytes().decode()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("format_name", formats())
def test_format(format_name: str, name: str) -> None:
    report, sources = REPORTS[name]()
    rendered = render(format_name, report, sources, samples.CONTEXT)
    compare(f"{name}.{SUFFIXES.get(format_name, f'{format_name}.txt')}", rendered)


def test_formats() -> None:
    assert formats() == ["concise", "github", "json", "sarif", "text"]


def test_text_in_colour() -> None:
    report, sources = samples.findings()
    compare("findings.text.ansi", render("text", report, sources, replace(samples.CONTEXT, colour=True)))


def test_text_with_reasons() -> None:
    report, sources = samples.findings()
    compare(
        "findings.text.verbose.txt", render("text", report, sources, replace(samples.CONTEXT, verbose=True))
    )


@pytest.mark.parametrize("format_name", formats())
def test_paths_are_relative_to_where_they_are_read(format_name: str) -> None:
    report, sources = samples.findings()
    context = replace(samples.CONTEXT, from_working_directory="api/", from_repository="apps/api/")
    rendered = render(format_name, report, sources, context)
    expected = {
        "text": "\napi/prisma/migrations/1 init/migration.sql\n",
        "concise": "api/prisma/schema.prisma:15:3: ",
        "github": " file=apps/api/prisma/schema.prisma,",
        "json": '"path": "prisma/schema.prisma"',
        "sarif": '"uri": "apps/api/prisma/migrations/1%20init/migration.sql"',
    }
    assert expected[format_name] in rendered
