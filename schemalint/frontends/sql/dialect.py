"""Which database a history or a schema is for, and how that is known.

The configuration of schemalint decides; then the tool's own files; then, from the innermost folder outwards,
configuration files of other tools and the names of the folders; then the words of the SQL; then the driver
that the package asks for; then PostgreSQL. What only some of these need is imported when they are asked.
"""

from __future__ import annotations

from schemalint.config import Settings
from schemalint.frontends.sql.dialect_names import dialect_named, is_dialect
from schemalint.frontends.sql.plan import Decision, Plan
from schemalint.frontends.sql.tree import Tree, base, parent

_AMBIGUOUS = frozenset({"Oracle", "H2", "Db2", "Spanner", "Derby", "Doris", "Snowflake"})
"""Also names of other things: believed only where it is the folder of the files itself."""


def decide(plan: Plan, source: str, tree: Tree, settings: Settings) -> Decision:
    """The decision for one plan; without a dialect where it is for a database that is not read."""
    dialect = settings.dialect_of(source)
    if dialect is not None:
        return Decision(dialect, "the configuration says so")
    if plan.decision is not None:
        return plan.decision
    return _by_place(plan, tree) or _by_words(plan, tree) or _by_driver(plan, tree)


def _by_place(plan: Plan, tree: Tree) -> Decision | None:
    """What the folders say, from the innermost outwards: files in each, then its name."""
    from schemalint.frontends.sql.configuration import configured

    is_file = plan.kind == "sql-schema" and plan.source[-4:].lower() == ".sql"
    innermost = folder = parent(plan.source) if is_file else plan.source
    while True:
        found = configured(tree, folder)
        if found is not None:
            return _decision(found[0], f"{found[1]} says so")
        if not folder:
            return None
        named = dialect_named(base(folder))
        if named is not None and (named not in _AMBIGUOUS or folder == innermost):
            return _decision(named, f"the folder is called {base(folder)}")
        folder = parent(folder)


def _by_words(plan: Plan, tree: Tree) -> Decision | None:
    from schemalint.frontends.sql.evidence import named_by_words

    texts = (part.text or tree.text(part.path) for script in plan.scripts for part in script.up)
    found = named_by_words(texts)
    if found is None:
        return None
    return _decision(
        found[0], f"its SQL says {' and '.join(found[1])}" if found[1] else "its SQL reads like it"
    )


def _by_driver(plan: Plan, tree: Tree) -> Decision:
    from schemalint.frontends.sql.configuration import driven

    found = driven(tree, plan.source)
    if found is not None and is_dialect(found[0]):
        return _decision(found[0], f"{found[1]} asks for its driver")
    return Decision("postgresql", "nothing says otherwise")


def _decision(database: str, reason: str) -> Decision:
    if is_dialect(database):
        return Decision(database, reason)  # type: ignore[arg-type]
    return Decision(None, f"it is for {database}, which is not read: {reason}")
