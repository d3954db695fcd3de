"""Makes the tables that the parser runs on, from the grammar: `python -m schemalint.frontends.prisma.tables`.

Lark works the LALR(1) automaton out once, here; a run of the linter only reads what came of it. Importing
Lark and loading the grammar would cost more than reading a large schema does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import json

from schemalint.frontends.prisma.automaton import TABLES, Tables

if TYPE_CHECKING:
    from lark import Lark


def grammar_path() -> Path:
    """Where the grammar lies: in the package of a wheel, beside it in the repository."""
    package = Path(__file__).parents[2]
    shipped = package / "grammars" / "prisma.lark"
    return shipped if shipped.exists() else package.parent / "grammars" / "prisma.lark"


def lark() -> Lark:
    """The grammar as Lark reads it."""
    from lark import Lark

    return Lark.open(str(grammar_path()), parser="lalr", lexer="basic", maybe_placeholders=False)


def generated() -> Tables:
    """The tables that the grammar makes."""
    grammar = lark()
    from lark.parsers.lalr_analysis import Shift

    known = {terminal.name: terminal for terminal in grammar.terminals}
    skipped = set(grammar.ignore_tokens)
    ordered = sorted(
        (terminal for name, terminal in known.items() if name not in skipped),
        key=lambda terminal: (
            -terminal.priority,
            -terminal.pattern.max_width,
            -len(terminal.pattern.value),
            terminal.name,
        ),
    )
    numbers = {"$END": 0} | {terminal.name: number for number, terminal in enumerate(ordered, 1)}
    table = grammar.parser.parser.parser.parse_table
    rules = list(dict.fromkeys(grammar.rules))
    rule_numbers = {rule: number for number, rule in enumerate(rules)}
    left_sides = list(dict.fromkeys(str(rule.origin.name) for rule in rules))
    start = table.start_states["start"]
    states = _in_order_of_reaching(table.states, start, Shift)
    actions: list[list[tuple[int, int]]] = []
    gotos: list[list[tuple[int, int]]] = []
    for state in states:
        row: list[tuple[int, int]] = []
        onward: list[tuple[int, int]] = []
        for symbol, (action, argument) in table.states[state].items():
            if symbol not in numbers:
                onward.append((left_sides.index(symbol), states[argument]))
            elif action is Shift:
                row.append((numbers[symbol], states[argument] + 1))
            else:
                row.append((numbers[symbol], -rule_numbers[argument] - 1))
        actions.append(sorted(row))
        gotos.append(sorted(onward))
    return Tables(
        terminals=[(terminal.name, terminal.pattern.to_regexp()) for terminal in ordered],
        skipped="|".join(known[name].pattern.to_regexp() for name in sorted(skipped)),
        left_sides=left_sides,
        rules=[
            (len(rule.expansion), left_sides.index(rule.origin.name), str(rule.alias or rule.origin.name))
            for rule in rules
        ],
        actions=actions,
        gotos=gotos,
        start=states[start],
        accepting=states[table.end_states["start"]],
    )


def _in_order_of_reaching(states: dict[int, dict[str, Any]], start: int, shift: object) -> dict[int, int]:
    """New numbers for the states: Lark's differ from one run to the next."""
    numbers = {start: 0}
    waiting = [start]
    for state in waiting:
        for _, (action, argument) in sorted(states[state].items(), key=lambda item: item[0]):
            if action is shift and argument not in numbers:
                numbers[argument] = len(numbers)
                waiting.append(argument)
    return numbers


def encoded(tables: Tables) -> bytes:
    """The tables as the package ships them: JSON, one line for each of their parts."""
    parts = [
        json.encode(name) + b": " + json.encode(getattr(tables, name)) for name in tables.__struct_fields__
    ]
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def main() -> None:
    """Write the tables anew."""
    Path(__file__).with_name(TABLES).write_bytes(encoded(generated()))


if __name__ == "__main__":
    main()
