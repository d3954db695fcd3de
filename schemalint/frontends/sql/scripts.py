"""Scripts: the bodies of DO blocks and stored procedures, with their branches, loops and handlers.

A condition that asks the catalog is answered in the replay by whether its operations can happen; a condition
on the data and a loop over rows make the tables that they name uncertain.
"""

from __future__ import annotations

import re
from typing import Protocol

from msgspec.structs import replace

from schemalint.frontends.sql.conditions import is_about
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.frontends.sql.dynamic import Value, array_values, variable_name
from schemalint.frontends.sql.uncertain import guarded, uncertain
from schemalint.frontends.sql.variables import Variables
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.operations import Opaque, Operation
from schemalint.operations.rows import Rows

_DEEPEST = 50
"""Blocks within blocks that a script may have; people write three."""


_MOST_ROUNDS = 2_000
"""So often are the bodies of loops read; a script may have loops within loops."""
_NUMBERS = re.compile(r"IN(\d{1,3})\.\.(\d{1,3})")


class Connection(Protocol):
    """What a script asks of the connection that it runs on."""

    def read(self, cursor: Cursor) -> list[Operation]:
        """The operations of a statement."""
        ...

    def read_select(self, cursor: Cursor) -> list[Operation]:
        """The operations of a query, which may run a function."""
        ...

    def run_function(self, cursor: Cursor) -> list[Operation] | None:
        """The operations of a function that is called behind the first word, if it is one known."""
        ...

    def execute(self, value: Value, cursor: Cursor) -> list[Operation]:
        """The operations of SQL that was put together."""
        ...

    def next_condition(self) -> int:
        """A number for a condition that no other one has."""
        ...


class Script:
    """Reads one script for one connection."""

    def __init__(self, connection: Connection, variables: Variables) -> None:
        self._connection = connection
        self._depth = 0
        self._variables = variables
        self._rounds = 0
        self._continues = False  # whether a statement that fails is stepped over

    def read(self, body: Cursor) -> list[Operation]:
        """The operations of the script: declarations, then statements, up to its end."""
        continues, self._continues = self._continues, False
        try:
            return self._read(body)
        finally:
            self._continues = continues

    def _read(self, body: Cursor) -> list[Operation]:
        last_begin = _last(body, "BEGIN")
        while not body.at_end() and body.word != "BEGIN":
            if body.word == "DECLARE" or _statement_end(body, body.at) < last_begin:
                self._read_declaration(body)
            elif body.word == "<<":
                body.at += 3
            else:
                break
        return self._sequence(body, frozenset())[0]

    def _read_declaration(self, body: Cursor) -> None:
        body.accept("DECLARE")
        stop = _statement_end(body, body.at)
        if body.ahead(1) == "HANDLER":
            self._read_handler(body, stop)
            return
        declared = body.inside(body.at, stop)
        name = variable_name(declared.texts[declared.at]) if not declared.at_end() else ""
        for at in range(declared.at, stop):
            if declared.words[at] in (":=", "DEFAULT", "="):
                self._variables.assign(name, declared.inside(at + 1, stop))
                break
        body.at = stop + 1

    def _read_handler(self, body: Cursor, stop: int) -> None:
        """MySQL's DECLARE CONTINUE | EXIT HANDLER FOR …: what it does itself is for a failure only."""
        continues = body.word == "CONTINUE"
        conditions = body.words[body.at : stop]
        if continues and "NOT" not in conditions:  # NOT FOUND is about cursors
            self._continues = True
        while not body.at_end() and body.at < stop and body.word != "BEGIN":
            body.at += 1
        if body.word == "BEGIN":
            self._read_begin(body)
        body.at = max(body.at, min(stop, body.end))
        body.accept(";")

    def _sequence(self, body: Cursor, ends: frozenset[str]) -> tuple[list[Operation], bool]:
        """Statements up to a word of `ends` or the end; and whether they always give up (RAISE, RETURN)."""
        if self._depth > _DEEPEST:
            raise NotUnderstood("blocks within blocks without end")
        self._depth += 1
        try:
            return self._statements(body, ends)
        finally:
            self._depth -= 1

    def _statements(self, body: Cursor, ends: frozenset[str]) -> tuple[list[Operation], bool]:
        found: list[Operation] = []
        gives_up = False
        while not body.at_end():
            word = body.word
            if word == ";":
                body.at += 1
            elif word in ends or word == "END":
                break
            elif word == "BEGIN":
                found += self._read_begin(body)
            elif word == "IF":
                found += self._read_if(body)
            elif word == "CASE":
                found += self._read_case(body)
            elif word in ("LOOP", "WHILE", "FOR", "FOREACH", "REPEAT"):
                found += self._read_loop(body)
            elif word == "DECLARE":
                self._read_declaration(body)
            else:
                stop = _statement_end(body, body.at)
                gives_up = gives_up or _gives_up(body)
                operations = self._simple(body.inside(body.at, stop))
                if self._continues and operations:
                    operations = guarded(operations, self._connection.next_condition(), 0)
                found += operations
                body.at = stop + 1
        return found, gives_up

    def _simple(self, statement: Cursor) -> list[Operation]:
        """One statement of a script that holds no others."""
        word = statement.word
        if statement.ahead(1) in (":=", "=") and word not in ("SET", "SELECT"):
            self._variables.assign(
                variable_name(statement.texts[statement.at]),
                statement.inside(statement.at + 2, statement.end),
            )
            return []
        if word == "SET" and statement.dialect in MYSQL_FAMILY:
            statement.at += 1
            self._variables.assign_all(statement)
            return []
        if word in _SCRIPT_ONLY:
            return []
        if word == "EXECUTE" and statement.dialect in POSTGRESQL_FAMILY:
            stop = next(
                (at for at in range(statement.at, statement.end) if statement.words[at] in ("INTO", "USING")),
                statement.end,
            )
            called = self._connection.run_function(statement)
            if called is not None:  # what it gives is executed too, and is nothing
                return called
            value = self._variables.evaluate(statement.inside(statement.at + 1, stop))
            return self._connection.execute(value, statement)
        if word == "PERFORM":
            return self._connection.read_select(statement)
        if word == "SELECT":
            self._variables.select_into(statement)
            if "INTO" in statement.words[statement.at : statement.end]:
                return []
        try:
            return [_of_script(operation) for operation in self._connection.read(statement)]
        except NotUnderstood as problem:
            return [Opaque(reason=str(problem), span=statement.span(statement.first, statement.end))]

    def _read_begin(self, body: Cursor) -> list[Operation]:
        """BEGIN … [EXCEPTION WHEN … THEN …] END: with a handler, all of it happens or nothing."""
        body.at += 1
        operations, _ = self._sequence(body, frozenset({"EXCEPTION"}))
        if body.accept("EXCEPTION"):
            condition = self._connection.next_condition()
            may_fail = any(not isinstance(operation, Rows) for operation in operations)
            if may_fail:
                operations = guarded(operations, condition, 0)
            handlers: list[list[Operation]] = []
            while body.accept("WHEN"):
                _skip_to(body, "THEN")
                handlers.append(self._sequence(body, frozenset({"WHEN"}))[0])
            if may_fail and len(handlers) == 1:
                operations = [*operations, *guarded(handlers[0], condition, 1)]
            else:
                for handler in handlers:
                    operations = [*operations, *uncertain(handler, "it is for a failure")]
        body.accept("END")
        if not body.at_end() and body.word != ";":  # END label
            body.at += 1
        return operations

    def _read_if(self, body: Cursor) -> list[Operation]:
        """IF … THEN … [ELSIF …] [ELSE …] END IF."""
        branches: list[list[Operation]] = []
        certain: bool | None = None
        decided = False
        body.at += 1
        while True:
            start = body.at
            _skip_to(body, "THEN")
            condition = body.inside(start, body.at)
            holds = False if decided else self._variables.holds(body.inside(start, body.at - 1))
            operations, gives_up = self._branch(body, taken=holds is not False)
            if holds is True and not branches:
                return self._rest_of_if(body, operations)
            if holds is not False:
                asks_catalog = self._variables.asks_catalog(condition) and is_about(condition, operations)
                certain = asks_catalog if certain is None else certain and asks_catalog
                if not gives_up:
                    branches.append(operations)
            decided = decided or holds is True
            if not (body.accept("ELSIF") or body.accept("ELSEIF")):
                break
        has_else = body.accept("ELSE")
        if has_else:
            operations, gives_up = self._branch(body, taken=not decided)
            if not decided and not gives_up:
                branches.append(operations)
        body.accept("END", "IF")
        only_way = len(branches) == 1 and (has_else or certain is None)
        return branches[0] if only_way else self._either(branches, certain=bool(certain))

    def _branch(self, body: Cursor, *, taken: bool) -> tuple[list[Operation], bool]:
        """The statements of one branch; of one that is not taken, no assignment stays."""
        values, arguments = dict(self._variables.values), self._variables.arguments
        found = self._sequence(body, frozenset({"ELSE", "ELSIF", "ELSEIF"}))
        if not taken:
            self._variables.values, self._variables.arguments = values, arguments
        return found

    def _rest_of_if(self, body: Cursor, operations: list[Operation]) -> list[Operation]:
        """The operations of a branch that is taken for certain; the others are stepped over."""
        while body.accept("ELSIF") or body.accept("ELSEIF"):
            _skip_to(body, "THEN")
            self._branch(body, taken=False)
        if body.accept("ELSE"):
            self._branch(body, taken=False)
        body.accept("END", "IF")
        return operations

    def _read_case(self, body: Cursor) -> list[Operation]:
        body.at += 1
        branches: list[list[Operation]] = []
        start = body.at
        while body.word not in ("WHEN", "ELSE", "END", ""):
            body.at += 1
        certain = self._variables.asks_catalog(body.inside(start, body.at))
        while body.accept("WHEN"):
            start = body.at
            _skip_to(body, "THEN")
            certain = certain or self._variables.asks_catalog(body.inside(start, body.at))
            operations, gives_up = self._sequence(body, frozenset({"WHEN", "ELSE"}))
            if not gives_up:
                branches.append(operations)
        if body.accept("ELSE"):
            branches.append(self._sequence(body, frozenset())[0])
        body.accept("END", "CASE")
        return self._either(branches, certain=certain)

    def _either(self, branches: list[list[Operation]], *, certain: bool) -> list[Operation]:
        """The operations of branches of which at most one is taken."""
        found: list[Operation] = []
        condition = self._connection.next_condition()
        for branch, operations in enumerate(branches):
            if certain:
                found += guarded(operations, condition, branch)
            else:
                found += uncertain(operations, "it depends on the data")
        return found

    def _read_loop(self, body: Cursor) -> list[Operation]:
        """A loop: over literals it is gone through, over anything else its body is uncertain."""
        head = body.at
        if body.word == "REPEAT":
            body.at += 1
            operations, _ = self._sequence(body, frozenset({"UNTIL"}))
            _skip_to_end_of_statement(body)
            return uncertain(operations, "it is in a loop")
        opening = "DO" if body.word == "WHILE" and body.dialect in MYSQL_FAMILY else "LOOP"
        _skip_to(body, opening)
        variable, values = self._literal_values(body.inside(head, body.at - 1))
        start = body.at
        found: list[Operation] = []
        self._rounds += len(values)
        if variable is not None and self._rounds <= _MOST_ROUNDS:
            for value in values:
                self._variables.values[variable] = value
                body.at = start
                found += self._sequence(body, frozenset())[0]
        else:
            if body.words[head] == "FOR":
                self._variables.values.pop(variable_name(body.texts[head + 1]), None)
            operations, _ = self._sequence(body, frozenset())
            found = uncertain(operations, "it is in a loop")
        body.accept("END")
        if body.word in ("LOOP", "WHILE"):
            body.at += 1
        if not body.at_end() and body.word != ";":
            body.at += 1
        return found

    def _literal_values(self, head: Cursor) -> tuple[str | None, list[Value]]:
        """FOREACH x IN ARRAY ARRAY[…], FOR x IN SELECT unnest(ARRAY[…]), FOR x IN 1..9: x, and its values."""
        words = head.words[head.at : head.end]
        if (numbers := _NUMBERS.fullmatch("".join(words[2:]))) and words[0] == "FOR":
            first, last = int(numbers[1]), int(numbers[2])
            values: list[Value] = [(str(number),) for number in range(first, last + 1)]
            return variable_name(head.texts[head.at + 1]), values
        if "ARRAY" not in words or "IN" not in words or "FROM" in words or words[0] not in ("FOR", "FOREACH"):
            return None, []
        variable = variable_name(head.texts[head.at + 1])
        opening = next((at for at in range(head.at, head.end) if head.words[at] == "["), None)
        if opening is None:
            named = self._variables.arrays.get(variable_name(head.texts[head.end - 1]))
            return (None, []) if named is None else (variable, named)
        elements = array_values(head.inside(opening - 1, head.end))
        return (None, []) if elements is None else (variable, elements)


_SCRIPT_ONLY = frozenset(
    "RAISE RETURN NULL GET EXIT CONTINUE ASSERT OPEN CLOSE FETCH MOVE LEAVE ITERATE SIGNAL RESIGNAL"
    " COMMIT ROLLBACK DEALLOCATE".split()
)


def _gives_up(body: Cursor) -> bool:
    """Whether the statement ends the script: RAISE EXCEPTION (RAISE alone means it), RETURN, SIGNAL."""
    if body.word == "RAISE":
        return body.ahead(1) not in ("NOTICE", "WARNING", "INFO", "LOG", "DEBUG")
    return body.word in ("RETURN", "SIGNAL")


def _statement_end(body: Cursor, at: int) -> int:
    """The index of the semicolon that ends the simple statement at `at`."""
    depth = 0
    while at < body.end:
        word = body.words[at]
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == ";" and depth <= 0:
            return at
        at += 1
    return body.end


def _last(body: Cursor, word: str) -> int:
    """Where a word stands for the last time in what is left; -1 where it does not."""
    return next((at for at in range(body.end - 1, body.at - 1, -1) if body.words[at] == word), -1)


def _skip_to(body: Cursor, word: str) -> None:
    """Step over everything up to `word` and over it; what stands in a CASE on the way is its own."""
    cases = 0
    while not body.at_end():
        found = body.word
        body.at += 1
        if found == "CASE":
            cases += 1
        elif found == "END" and cases:
            cases -= 1
        elif found == word and not cases:
            return
    raise NotUnderstood(f"{word} is missing")


def _skip_to_end_of_statement(body: Cursor) -> None:
    body.at = _statement_end(body, body.at)


def _of_script(operation: Operation) -> Operation:
    """An operation as a script does it: columns may be variables, and its grammar is its language's."""
    if isinstance(operation, Rows) and (operation.columns or operation.reads):
        return replace(operation, columns=(), reads=())
    if isinstance(operation, Opaque) and operation.ungrammatical:
        return replace(operation, ungrammatical=False)
    return operation
