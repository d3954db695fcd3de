"""Schemas through schemalint and prisma-lint (npm).

Usage: python -m tests.benchmarks.prisma_lint SCHEMA…

A schema is a file or a folder. prisma-lint runs its rule `require-field-index` with `forAllRelations`, the
one that both have. PRISMA_LINT names its program; the default is the one on the PATH.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.side_by_side import compare, schemalint

_RULES = '{"rules": {"require-field-index": ["error", {"forAllRelations": true}]}}'


def main(schemas: list[str]) -> None:
    """Print a line for each schema."""
    program = os.environ.get("PRISMA_LINT", "prisma-lint")
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "rules.json"
        configuration.write_text(_RULES, encoding="utf-8")
        for schema in schemas:
            files = sorted(map(str, Path(schema).rglob("*.prisma"))) if Path(schema).is_dir() else [schema]
            print(schema, compare(schemalint(schema), [program, "-c", str(configuration), *files]))


if __name__ == "__main__":
    main(sys.argv[1:])
