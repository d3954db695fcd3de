"""Prisma Migrate: a folder a migration with its `migration.sql`, by the names of the folders as strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.beside import down_beside
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent
from schemalint.knowledge.dialects import DIALECTS, Dialect

SCRIPT = "migration.sql"
LOCK = "migration_lock.toml"

_LOCK_PROVIDER = re.compile(r'(?m)^[ \t]*provider[ \t]*=[ \t]*"(\w+)"')
_DATASOURCE_PROVIDER = re.compile(
    r'(?m)^[ \t]*datasource[ \t]+\w+[ \t]*\{[^}]*?^[ \t]*provider[ \t]*=[ \t]*"(\w+)"'
)


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose subfolders hold a `migration.sql`, and nothing else that would explain it."""
    roots: dict[str, list[str]] = {}
    for folder, names in tree.folders.items():
        if SCRIPT in names and folder:
            roots.setdefault(parent(folder), []).append(folder)
    for root, folders in roots.items():
        if join(root, LOCK) not in tree.sources and any(
            join(folder, "snapshot.json") in tree.sources for folder in folders
        ):
            continue  # Drizzle Kit's newer layout
        downs = {folder: down_beside(tree, folder, SCRIPT) for folder in folders}
        yield Plan(
            layout="prisma",
            kind="prisma-migrations",
            source=root,
            scripts=tuple(
                Script(
                    name=base(folder),
                    up=(Part(join(folder, SCRIPT)),),
                    down=None if (down := downs[folder]) is None else (Part(down),),
                    transactional=False,
                )
                for folder in sorted(folders)
            ),
            has_down_parts=False,
            forward_only=True,
            decision=_provider(tree, root),
        )
        for folder in (root, *folders):
            tree.leave_out_rest(folder, (), "Prisma runs only the migration.sql in each migration's folder")


def _provider(tree: Tree, root: str) -> Decision | None:
    """The provider of the lock file, or of the schema beside the migrations."""
    lock = join(root, LOCK)
    if lock in tree.sources and (found := _LOCK_PROVIDER.search(tree.text(lock))):
        dialect = _dialect(found[1])
        if dialect is not None:
            return Decision(dialect, f"{LOCK} says so")
    above = parent(root)
    for folder in dict.fromkeys((above, join(above, "schema"), root)):
        for name in tree.other_files(folder) if root else ():
            if name.endswith(".prisma"):
                path = join(folder, name)
                found = _DATASOURCE_PROVIDER.search(tree.text(path))
                if found and (dialect := _dialect(found[1])) is not None:
                    return Decision(dialect, f"the datasource in {path} says so")
    return None


def _dialect(provider: str) -> Dialect | None:
    if provider == "postgres":
        return "postgresql"
    return provider if provider in DIALECTS else None  # type: ignore[return-value]
