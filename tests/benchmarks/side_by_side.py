"""Times two commands in turn, as whole processes: machines drift, the ratios of pairs less."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

RUNS = 9


@dataclass(frozen=True)
class Comparison:
    """Seconds of wall-clock time: both medians, and the median of the pairs' ratios."""

    ours: float
    other: float
    ratio: float

    def __str__(self) -> str:
        return f"ours {self.ours:.3f} s, theirs {self.other:.3f} s, ratio {self.ratio:.2f}"


def schemalint(*arguments: str) -> list[str]:
    """Our command, from the environment that runs this script."""
    return [str(Path(sys.executable).with_name("schemalint")), *arguments]


def compare(ours: Sequence[str], other: Sequence[str], runs: int = RUNS) -> Comparison:
    """Both commands in turn, after one run of each that does not count; what they print is thrown away.

    Python keeps compiled modules in the runs that count, as it does for anyone who has run a tool twice.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    pairs = [(_seconds(ours, environment), _seconds(other, environment)) for _ in range(runs + 1)][1:]
    return Comparison(
        ours=median(one for one, _ in pairs),
        other=median(two for _, two in pairs),
        ratio=median(one / two for one, two in pairs),
    )


def _seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False
    )
    return time.perf_counter() - started
