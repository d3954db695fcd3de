"""`schemalint diff`: what is declared and what the migrations make, as a list or as the SQL between them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from schemalint.comparison import Difference
from schemalint.conversion import operations_for
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.drift.sides import compared, drift
from schemalint.drift.wording import both_sides, one_side
from schemalint.frontends.sql.script import statements
from schemalint.frontends.sql.statement_parts import Unwritable
from schemalint.operations import RenameColumn, RenameTable
from schemalint.printable import printable
from schemalint.replay import apply
from schemalint.rule import Database


def as_text(databases: Iterable[Database]) -> str:
    """A line for each difference: `+` declared and not made, `-` made and not declared, `~` not the same."""
    lines: list[str] = []
    for database in databases:
        found = [_line(difference) for difference in drift(database)]
        if found:
            lines += [f"{printable(database.name)}:", *(f"  {line}" for line in found)]
    return "".join(f"{line}\n" for line in lines)


def _line(difference: Difference) -> str:
    sign = "+" if difference.right is None else "-" if difference.left is None else "~"
    element = difference.left if difference.left is not None else difference.right
    if sign == "~" or element is None:
        told = both_sides(difference, "declared", "in the migrations")
    else:
        told = one_side(element)
    return printable(f"{sign} {difference}" + (f": {told}" if told else ""))


def as_sql(databases: Iterable[Database]) -> str:
    """The statements from what the migrations leave to what is declared; a comment where there are none."""
    lines: list[str] = []
    for database in databases:
        sides = compared(database)
        if sides is None or not sides.found:
            continue
        lines.append(f"-- {printable(database.name)}")
        found = [replace(one, left=one.right, right=one.left) for one in sides.found if one.aspect != "name"]
        try:
            now = sides.migrated
            for rename in reversed(sides.renames):
                now = apply(now, _back(rename))
            operations = (*sides.renames, *operations_for(found, sides.migrated, sides.declared))
            lines += [f"{statement};" for statement in statements(operations, now, sides.declared)]
        except (Inconvertible, Unwritable) as reason:
            lines.append(f"-- no statement is known: {printable(str(reason))}")
    return "".join(f"{line}\n" for line in lines)


def _back(rename: RenameTable | RenameColumn) -> RenameTable | RenameColumn:
    if isinstance(rename, RenameTable):
        return replace(rename, table=rename.new_name, new_name=rename.table)
    return replace(rename, column=rename.new_name, new_name=rename.column)
