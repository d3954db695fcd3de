"""Patterns of `.gitignore`, compared with what git itself says of the same patterns and paths."""

from __future__ import annotations

import random
import re
import subprocess
import time
from pathlib import Path

import pytest

from schemalint.discover.gitignore import Patterns

_PIECES = (
    *r"a b ab a.b x ! # - * ** *** ? / / / \* \a \ [a [a- [ab] [!a] [^b] [a-c] [b-a] []a] [\]]".split(" "),
    *("[[:alpha:]]", "[[:foo:]]", " ", "\\ "),
)
_NAMES = ("a", "b", "ab", "a.b", "x", "aab", "*", "a b", "b ", "!", "#a", "-", "]", "cab", "\\")


def _ignored(patterns: Patterns, path: str) -> bool:
    """As git says it of a file: an ignored folder takes everything in it along."""
    parts = path.split("/")
    return any(
        patterns.ignores("/".join(parts[:count]), folder=count < len(parts))
        for count in range(1, len(parts) + 1)
    )


def _lines(numbers: random.Random) -> list[str]:
    lines = []
    for _ in range(numbers.randint(1, 3)):
        line = "".join(numbers.choice(_PIECES) for _ in range(numbers.randint(1, 6)))
        if re.search(
            r"[^/*]\*{2}|\*{2}[^/*]", line
        ):  # before 2.41, what git made of these was left to chance
            line = re.sub(r"\*{2,}", "*", line)
        lines.append(line.replace("\\/", "/"))
    return lines


def _git(folder: Path, lines: list[str], paths: list[str]) -> set[str]:
    """The paths that git ignores."""
    (folder / ".gitignore").write_text("\n".join(lines) + "\n")
    command = ["git", "-C", str(folder), "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin"]
    output = subprocess.run(
        command, input="\0".join(paths).encode() + b"\0", capture_output=True, check=False
    )
    fields = output.stdout.decode().split("\0")[:-1]
    rows = zip(*[iter(fields)] * 4, strict=True)
    return {path for source, _, pattern, path in rows if source and not pattern.startswith("!")}


@pytest.mark.parametrize("seed", range(8))
def test_git_agrees(seed: int, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    numbers = random.Random(seed)
    ignored = 0
    for _ in range(40):
        lines = _lines(numbers)
        paths = sorted({"/".join(numbers.choices(_NAMES, k=numbers.randint(1, 4))) for _ in range(60)})
        expected = _git(tmp_path, lines, paths)
        patterns = Patterns("\n".join(lines) + "\n")
        assert {path for path in paths if _ignored(patterns, path)} == expected, lines
        ignored += len(expected)
    assert ignored > 100


def test_the_last_pattern_decides() -> None:
    patterns = Patterns("*.sql\n!keep.sql\n")
    assert patterns.ignores("db/1.sql", folder=False) is True
    assert patterns.ignores("db/keep.sql", folder=False) is False
    assert patterns.ignores("schema.prisma", folder=False) is None


def test_byte_order_mark_and_windows_line_ends() -> None:
    patterns = Patterns("\ufeffa/\r\n*.log\r\n")
    assert patterns.ignores("a", folder=True)
    assert patterns.ignores("a", folder=False) is None
    assert patterns.ignores("x.log", folder=False)


@pytest.mark.parametrize(
    "pattern",
    ["*a" * 50 + "b", "**/a*/" * 30 + "b", "[a-z]*" * 40 + "!", "*" * 1000 + "b", "**/*a*a*b/" * 10 + "x"],
)
def test_no_pattern_takes_long(pattern: str) -> None:
    started = time.process_time()
    patterns = Patterns(pattern)
    for path in ("a" * 250, "/".join(["a" * 60] * 60)):
        assert not patterns.ignores(path, folder=False)
    assert time.process_time() - started < 1
