"""Asks Microsoft's SARIF Multitool (npm) whether a log is valid, and fit for GitHub code scanning."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent


class MultitoolMissing(Exception):
    """The package is not installed on this machine."""


@dataclass(frozen=True)
class Multitool:
    """The tool as installed on this machine."""

    binary: Path

    @classmethod
    def found(cls) -> Multitool:
        """The tool in SCHEMALINT_NODE_MODULES, or in `node_modules` beside this file; or MultitoolMissing.

        The package unpacks its binary without the permission to run it unless npm may run scripts.
        """
        modules = Path(os.environ.get("SCHEMALINT_NODE_MODULES") or _FOLDER / "node_modules")
        system = {"win32": "win32", "darwin": "darwin"}.get(sys.platform, "linux")
        binary = modules / "@microsoft" / f"sarif-multitool-{system}" / "Sarif.Multitool"
        if system == "win32":
            binary = binary.with_suffix(".exe")
        if not binary.is_file():
            raise MultitoolMissing(f"no {binary}: run `npm ci --ignore-scripts` in {_FOLDER}")
        if not os.access(binary, os.X_OK):
            binary.chmod(0o755)
        return cls(binary)

    def complaints(self, log: str, folder: Path) -> list[str]:
        """Its errors and warnings about a log; `folder` is for files."""
        given, said = folder / "log.sarif", folder / "said.sarif"
        given.write_text(log, encoding="utf-8")
        command = [
            *(
                str(self.binary),
                "validate",
                str(given),
                "--rule-kind",
                "Sarif;GHAS",
                "--level",
                "Error;Warning",
            ),
            *("--output", str(said), "--log", "ForceOverwrite"),
        ]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False, env=environment
        )
        if not said.is_file():
            return [f"exit status {done.returncode}: {done.stdout}{done.stderr}"]
        complaints = []
        for run in json.loads(said.read_text(encoding="utf-8-sig"))["runs"]:
            for result in run.get("results", []):
                message = result["message"]
                text = message.get("text") or f"{message.get('id')} {message.get('arguments')}"
                complaints.append(f"{result.get('level', 'warning')} {result['ruleId']}: {text}")
            for invocation in run.get("invocations", []):
                notifications = invocation.get("toolExecutionNotifications", [])
                complaints += (one["message"]["text"] for one in notifications if one.get("level") == "error")
        return complaints
