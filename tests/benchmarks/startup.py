"""`schemalint --version` beside `python -c pass`.

Usage: python -m tests.benchmarks.startup
"""

from __future__ import annotations

import sys

from tests.benchmarks.side_by_side import compare, schemalint

if __name__ == "__main__":
    print(compare(schemalint("--version"), [sys.executable, "-c", "pass"], runs=21))
