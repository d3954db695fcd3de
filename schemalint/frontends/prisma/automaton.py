"""Runs the LALR(1) automaton of the grammar over a text.

The tables come ready-made from `tables.json` (see `tables`). Tokens are matches of one regular expression
that has a group for each terminal, so lexing and knowing the terminal are one step; what does not lex is a
token too, of the group OTHER, and fits nowhere.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from msgspec import Struct, json

TABLES = "tables.json"

_TOO_DEEP = 400
"""So many states on the stack stand for more nesting than any schema has."""

Token = re.Match[str]
Make = Callable[..., Any]


class Tables(Struct, frozen=True, kw_only=True):
    """The automaton.

    `terminals` are names and regular expressions in the order in which they are tried; what matches `skipped`
    may stand before any of them. A rule is how many values it takes, its left side, and what is made of
    them. `actions` of a state are pairs: a terminal (0 is the end of the text, n the n-th terminal), and the
    state to go to plus one, or the rule to reduce by, plus one and negative. `gotos` are pairs of a left side
    and a state. The automaton starts in state `start` and is done when it reaches `accepting`.
    """

    terminals: list[tuple[str, str]]
    skipped: str
    left_sides: list[str]
    rules: list[tuple[int, int, str]]
    actions: list[list[tuple[int, int]]]
    gotos: list[list[tuple[int, int]]]
    start: int
    accepting: int


class Unexpected(Exception):
    """A token that fits nowhere; None is the end of the text. `values` is what had been made so far."""

    def __init__(
        self, token: Token | None, automaton: Automaton, states: list[int], values: list[Any]
    ) -> None:
        super().__init__()
        self.token = token
        self.values = values
        self._automaton = automaton
        self._states = states

    @property
    def expected(self) -> frozenset[str]:
        """The terminals that would have fitted, "$END" among them if the text might have ended.

        Empty where anything would have been one bracket too many.
        """
        return self._automaton.expected(self._states)


def one_more(many: list[Any], one: Any) -> list[Any]:
    """What a rule makes that adds to a list."""
    many.append(one)
    return many


class Automaton:
    """The automaton with its tables spread out for speed; `make` says what becomes of each rule."""

    def __init__(self, tables: Tables, make: dict[str, Make]) -> None:
        groups = "|".join(f"(?P<{name}>{pattern})" for name, pattern in tables.terminals)
        self._pattern = re.compile(f"(?:{tables.skipped})?+(?:{groups}|(?P<OTHER>(?s:.)))")
        index = self._pattern.groupindex
        places = [0, *(index[name] for name, _ in tables.terminals)]
        width = index["OTHER"] + 1
        self._names = {
            place: "$END" if place == 0 else tables.terminals[at - 1][0] for at, place in enumerate(places)
        }
        self._rows = [[0] * width for _ in tables.actions]
        for row, actions in zip(self._rows, tables.actions, strict=True):
            for terminal, action in actions:
                row[places[terminal]] = action
        self._gotos = [dict(pairs) for pairs in tables.gotos]
        # an action of -n reduces by rule n - 1, which so stands n-th from behind
        self._rules = [(count, left, make[name]) for count, left, name in reversed(tables.rules)]
        self._always = [_only_reduction(actions) for actions in tables.actions]
        self._start = tables.start
        self._accepting = tables.accepting

    def tokens(self, text: str, start: int, end: int) -> Iterator[Token]:
        """The tokens of `text[start:end]`."""
        while end > start and text[end - 1] not in "\r\n" and text[end - 1].isspace():
            end -= 1  # behind blanks at the end a token would be looked for from each of them
        return self._pattern.finditer(text, start, end)

    def run(self, tokens: Iterable[Token]) -> Any:
        """What the rules make of the tokens. Unexpected if they are not of the language."""
        rows, gotos, rules, always = self._rows, self._gotos, self._rules, self._always
        states = [self._start]
        values: list[Any] = []
        state = self._start
        for token in chain(tokens, (None,)):
            kind = token.lastindex if token is not None else 0
            while (action := rows[state][kind] or always[state]) < 0:  # type: ignore[index]
                count, left, make = rules[action]
                if make is one_more:  # what the states and the values are after it needs no looking up
                    one = values.pop()
                    values[-1].append(one)
                    states.pop()
                    state = states[-1]
                    continue
                if count:
                    made = make(*values[-count:])
                    del values[-count:], states[-count:]
                else:
                    made = make()
                values.append(made)
                state = gotos[states[-1]][left]
                states.append(state)
                if state == self._accepting and token is None:
                    return made
            if not action or len(states) > _TOO_DEEP:
                raise Unexpected(token, self, states, values)
            state = action - 1
            states.append(state)
            values.append(token)
        raise AssertionError("the end of the text is no token to go on from")

    def expected(self, states: list[int]) -> frozenset[str]:
        """The terminals that could come next; that a reduction allows one does not mean that it fits."""
        if len(states) > _TOO_DEEP:
            return frozenset()
        return frozenset(name for place, name in self._names.items() if self._fits(list(states), place))

    def _fits(self, states: list[int], place: int) -> bool:
        while True:
            if place == 0 and states[-1] == self._accepting:
                return True
            action = self._rows[states[-1]][place]
            if action >= 0:
                return action > 0
            count, left, _ = self._rules[action]
            del states[len(states) - count :]
            states.append(self._gotos[states[-1]][left])


def _only_reduction(actions: list[tuple[int, int]]) -> int:
    """The reduction that a state makes whatever comes, so that what is complete is made before an error."""
    reductions = {action for _, action in actions}
    return reductions.pop() if len(reductions) == 1 and max(reductions) < 0 else 0


@cache
def shipped_tables() -> Tables:
    """The tables that the package ships."""
    data = pkgutil.get_data(__package__, TABLES)
    assert data is not None
    return json.decode(data, type=Tables)
