"""Cloudflare D1: numbered files in the folder that `wrangler.toml` names, `migrations` if it names none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.beside import is_down_name, scripts_beside
from schemalint.frontends.sql.plan import Decision, Plan
from schemalint.frontends.sql.tree import Tree, base, is_schema_name, join, parent

_CONFIGURATIONS = ("wrangler.toml", "wrangler.jsonc", "wrangler.json")
_FOLDER = re.compile(r'"?migrations_dir"?\s*[=:]\s*"([^"\n]*)"')


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder that a configuration above it names, where that binds a D1 database."""
    for folder in list(tree.folders):
        configuration = tree.nearest(folder, *_CONFIGURATIONS, levels=4)
        if configuration is None:
            continue
        text = tree.text(configuration)
        if "d1_databases" not in text:
            continue
        root = parent(configuration)
        named = [join(root, name.removeprefix("./").rstrip("/")) for name in _FOLDER.findall(text)]
        if folder not in (named or [join(root, "migrations")]):
            continue
        names = [n for n in tree.folders[folder] if not is_down_name(n) and not is_schema_name(n)]
        yield Plan(
            layout="wrangler",
            source=folder,
            scripts=tuple(scripts_beside(tree, folder, names)),
            has_down_parts=False,
            forward_only=True,
            decision=Decision("sqlite", f"{base(configuration)} is for Cloudflare D1"),
        )
