"""`schemalint diff`: what is declared and what the migrations make, as a list or as the SQL between them."""

from __future__ import annotations

from collections.abc import Iterable

from schemalint.comparison import Difference, differences
from schemalint.conversion import Inconvertible, operations_for
from schemalint.drift.sides import compared, drift
from schemalint.drift.wording import both_sides, one_side
from schemalint.frontends.sql.script import statements
from schemalint.frontends.sql.statements import Unwritable
from schemalint.rule import Database


def as_text(databases: Iterable[Database]) -> str:
    """A line for each difference: `+` declared and not made, `-` made and not declared, `~` not the same."""
    lines: list[str] = []
    for database in databases:
        found = [_line(difference) for difference in drift(database)]
        if found:
            lines += [f"{database.name}:", *(f"  {line}" for line in found)]
    return "".join(f"{line}\n" for line in lines)


def _line(difference: Difference) -> str:
    sign = "+" if difference.right is None else "-" if difference.left is None else "~"
    element = difference.left if difference.left is not None else difference.right
    if sign == "~" or element is None:
        told = both_sides(difference, "declared", "in the migrations")
    else:
        told = one_side(element)
    return f"{sign} {difference}" + (f": {told}" if told else "")


def as_sql(databases: Iterable[Database]) -> str:
    """The statements from what the migrations leave to what is declared; a comment where there are none."""
    lines: list[str] = []
    for database in databases:
        told = {_about(difference) for difference in drift(database)}
        if not told:
            continue
        declared, migrated = compared(database)
        lines.append(f"-- {database.name}")
        found = [one for one in differences(migrated, declared) if _about(one) in told]
        try:
            operations = tuple(operations_for(found, declared))
            lines += [f"{statement};" for statement in statements(operations, migrated, declared)]
        except (Inconvertible, Unwritable) as reason:
            lines.append(f"-- no statement is known: {reason}")
    return "".join(f"{line}\n" for line in lines)


def _about(difference: Difference) -> tuple[object, ...]:
    """What a difference is about, from whichever side it is looked at."""
    return difference.subject, difference.table, difference.name, difference.aspect
