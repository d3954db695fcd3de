"""Migrations through schemalint and squawk (PyPI: squawk-cli).

Usage: python -m tests.benchmarks.squawk FOLDER…

schemalint finds the layout, reads, replays and lints cold, without a cache; squawk gets the same SQL files
by name. SQUAWK names its program; the default is the one on the PATH.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.benchmarks.side_by_side import compare, schemalint


def main(folders: list[str]) -> None:
    """Print a line for each folder."""
    program = os.environ.get("SQUAWK", "squawk")
    for folder in folders:
        files = sorted(str(path) for path in Path(folder).rglob("*.sql") if path.is_file())
        print(folder, f"({len(files)} files)", compare(schemalint(folder), [program, *files]))


if __name__ == "__main__":
    main(sys.argv[1:])
