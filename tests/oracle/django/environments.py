"""The versions of Django to ask, each in a virtual environment of its own.

SCHEMALINT_DJANGO_ENVIRONMENTS names the environments' folders, separated as in PATH; without it, the Django
of the environment that runs the tests is asked, if it has one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("make_databases.py")
VARIABLE = "SCHEMALINT_DJANGO_ENVIRONMENTS"


@dataclass(frozen=True)
class Answer:
    """What Django says behind a job: what went wrong, and the tables that are none of the job's apps'.

    `facts` are what differs between models and migrations, and `operations` what `makemigrations` writes;
    `steps` are those of a walk (`walking.py`).
    """

    error: str | None
    others: tuple[str, ...]
    facts: frozenset[tuple[str, ...]] = frozenset()
    operations: tuple[str, ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Environment:
    """A Python that has Django."""

    python: Path
    version: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.version[0]}.{self.version[1]}"

    @property
    def packages(self) -> Path:
        """The folder of what is installed."""
        return Path(_ask(self.python, "import sysconfig; print(sysconfig.get_path('purelib'))"))

    def has(self, package: str) -> bool:
        """Whether a package is installed."""
        return (self.packages / package).is_dir()

    def answers(self, jobs: Iterable[dict[str, Any]]) -> list[Answer]:
        """What comes of each job."""
        listed = list(jobs)
        done = subprocess.run(
            [str(self.python), str(_PROGRAM)],
            input="".join(json.dumps(job) + "\n" for job in listed),
            capture_output=True,
            text=True,
            check=False,
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(listed), done.stderr
        return [_answer(answer) for answer in answers]


def _answer(found: dict[str, Any]) -> Answer:
    drift = found.get("drift", {"facts": (), "operations": ()})
    return Answer(
        error=found["error"],
        others=tuple(found["others"]),
        facts=frozenset(map(tuple, drift["facts"])),
        operations=tuple(drift["operations"]),
        steps=tuple(found.get("steps", ())),
    )


def _ask(python: Path, code: str) -> str:
    return subprocess.run(
        [str(python), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


@cache
def environments() -> tuple[Environment, ...]:
    """The environments there are, the oldest Django first; none where Django is nowhere."""
    named = os.environ.get(VARIABLE)
    if named is None:
        if importlib.util.find_spec("django") is None:
            return ()
        pythons = [Path(sys.executable)]
    else:
        pythons = [Path(folder) / "bin" / "python" for folder in named.split(os.pathsep) if folder]
    found = []
    for python in pythons:
        major, minor = json.loads(_ask(python, "import django; print(list(django.VERSION[:2]))"))
        found.append(Environment(python, (major, minor)))
    return tuple(sorted(found, key=lambda environment: environment.version))
