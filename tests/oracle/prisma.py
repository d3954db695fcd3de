"""Asks Prisma's own schema engine (npm, WebAssembly, through Node) which SQL it makes, and what differs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent


class EngineMissing(Exception):
    """Node or the engine's packages are not installed on this machine."""


class RefusedSchema(Exception):
    """The engine does not take the schema; the message is its own."""


@dataclass(frozen=True)
class Engine:
    """The engine as installed on this machine."""

    node: str
    modules: Path

    @classmethod
    def found(cls) -> Engine:
        """The engine in SCHEMALINT_NODE_MODULES, or in `node_modules` beside this file; or EngineMissing."""
        modules = Path(os.environ.get("SCHEMALINT_NODE_MODULES") or _FOLDER / "node_modules")
        node = shutil.which("node")
        if node is None:
            raise EngineMissing("Node is not installed")
        if not (modules / "@prisma" / "schema-engine-wasm").is_dir():
            raise EngineMissing(
                f"no @prisma/schema-engine-wasm in {modules}: run `npm install --ignore-scripts` in {_FOLDER}"
            )
        return cls(node, modules)

    def answers(self, schemas: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
        """For each schema (contents by path) its SQL under "sql", or the engine's message under "error"."""
        return self._run("prisma_ddl.mjs", list(schemas))

    def check_driver(self) -> None:
        """EngineMissing if there are no drivers by which the engine can ask databases."""
        for driver in ("pg", "node-sqlite3-wasm"):
            if not (self.modules / driver).is_dir():
                raise EngineMissing(
                    f"no {driver} in {self.modules}: run `npm install --ignore-scripts` in {_FOLDER}"
                )

    def drift(self, pairs: Sequence[Mapping[str, object]], dsn: str = "") -> list[dict[str, str]]:
        """What leads from databases to schemas, as `prisma migrate diff` gives it: "summary" and "script".

        A pair is the "files" of a schema, and a "database" of the PostgreSQL server at `dsn` or the script of
        an "sqlite" one. "error" has the engine's message where it gives none.
        """
        from psycopg.conninfo import conninfo_to_dict

        known = conninfo_to_dict(dsn)
        server = {name: known[name] for name in ("host", "port", "user") if name in known}
        return self._run("prisma_diff.mjs", {"server": server, "pairs": list(pairs)})

    def _run(self, program: str, question: object) -> list[dict[str, str]]:
        options = ["--experimental-wasm-modules", "--no-warnings"]
        done = subprocess.run(
            [self.node, *options, str(_FOLDER / program), str(self.modules.resolve())],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        answers: list[dict[str, str]] = json.loads(done.stdout)
        return answers

    def ddl(self, schema: Mapping[str, str]) -> str:
        """The SQL that makes a schema out of an empty database, or RefusedSchema."""
        (answer,) = self.answers([schema])
        if "error" in answer:
            raise RefusedSchema(answer["error"])
        return answer["sql"]
