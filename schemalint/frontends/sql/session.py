"""A connection on paper: statements read one after the other, scripts and prepared statements included.

`DO $$ … $$` blocks, stored procedures and PREPARE/EXECUTE are read as far as they are literal. A condition
that asks the catalog is answered in the replay by whether its operations can happen; a condition on the
data, a loop over rows, or SQL put together of unknown parts makes the tables it names uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.frontends.sql.ddl import read_statement
from schemalint.frontends.sql.dynamic import UNKNOWN, Value, evaluate, literal_text, variable_name
from schemalint.frontends.sql.lexer import lex
from schemalint.frontends.sql.split import statements
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.operations import CreateTable, Opaque, Operation, Rows
from schemalint.source import Span

_MOST_CALLS = 20_000
_DEEPEST = 20


class _Routine:
    """A stored procedure or function: the names of its parameters, and its body."""

    def __init__(self, parameters: tuple[str, ...], body: Cursor) -> None:
        self.parameters = parameters
        self.body = body


class Session:
    """What one connection remembers from statement to statement while a history is read."""

    def __init__(self) -> None:
        self._variables: dict[str, Value] = {}
        self._prepared: dict[str, Value] = {}
        self._routines: dict[str, _Routine] = {}
        self._about_catalog: set[str] = set()
        self._conditions = 0
        self._calls = 0
        self._depth = 0

    def read(self, cursor: Cursor) -> list[Operation]:
        """The operations of the next statement."""
        word = cursor.word
        if word not in _SCRIPTED:
            return read_statement(cursor)
        try:
            if word == "DO":
                return self._read_do(cursor)
            if word == "CREATE":
                self._remember_routine(cursor)
                cursor.at = cursor.first
                return read_statement(cursor)
            if word == "SELECT":
                return self._read_select(cursor)
            if word == "SET" and cursor.ahead(1)[:1] == "@":
                cursor.at += 1
                self._assign_all(cursor)
                return []
            if word == "PREPARE" and cursor.ahead(2) == "FROM":
                name = variable_name(cursor.texts[cursor.at + 1])
                self._prepared[name] = evaluate(cursor.inside(cursor.at + 3, cursor.end), self._variables)
                return []
            if word == "EXECUTE":
                return self._read_execute(cursor)
            if word == "CALL":
                return self._read_call(cursor)
        except NotUnderstood as problem:
            return [Opaque(reason=str(problem), span=cursor.span(cursor.first, cursor.end))]
        return read_statement(cursor)

    # Statements that stand on their own

    def _read_do(self, cursor: Cursor) -> list[Operation]:
        """DO [LANGUAGE plpgsql] 'body'."""
        if cursor.dialect in MYSQL_FAMILY:
            return []
        for at in range(cursor.at + 1, cursor.end):
            if _is_quoted(cursor.texts[at]) and cursor.words[at - 1] != "LANGUAGE":
                return self._block(self._body(cursor, at))
        raise NotUnderstood("DO without a body")

    def _body(self, cursor: Cursor, at: int) -> Cursor:
        """A cursor over what stands between the quotes of the token at `at`."""
        token = cursor.texts[at]
        quote = token[: token.index("$", 1) + 1] if token[0] == "$" else "'"
        start = cursor.starts[at] + len(quote)
        stop = cursor.starts[at] + len(token) - len(quote)
        tokens = lex(cursor.text, cursor.dialect, start, stop)
        return Cursor(cursor.text, cursor.path, tokens, 0, len(tokens.texts), cursor.dialect, cursor.place)

    def _remember_routine(self, cursor: Cursor) -> None:
        """CREATE PROCEDURE and CREATE FUNCTION, for the CALL or SELECT that runs it."""
        words = cursor.words
        for at in range(cursor.at, min(cursor.at + 12, cursor.end)):
            if words[at] in ("PROCEDURE", "FUNCTION"):
                break
            if words[at] in ("TABLE", "INDEX", "("):
                return
        else:
            return
        cursor.at = at + 1
        cursor.if_not_exists()
        name = cursor.name()
        if cursor.word != "(":
            return
        first, last = cursor.skip_parentheses()
        parameters = tuple(_parameter_name(item) for item in cursor.items(first, last))
        body: Cursor | None = None
        if cursor.dialect in POSTGRESQL_FAMILY:
            for place in range(cursor.at, cursor.end):
                if words[place] == "AS" and place + 1 < cursor.end and _is_quoted(cursor.texts[place + 1]):
                    body = self._body(cursor, place + 1)
                    break
        else:
            for place in range(cursor.at, cursor.end):
                if words[place] == "BEGIN":
                    body = cursor.inside(place, cursor.end)
                    break
        if body is not None:
            self._routines[name.name.lower()] = _Routine(parameters, body)

    def _read_select(self, cursor: Cursor) -> list[Operation]:
        """SELECT f(…) runs a function that a migration made; SELECT … INTO @x sets a variable."""
        if cursor.ahead(2) == "(" or cursor.ahead(3) == ".":
            probe = cursor.inside(cursor.at + 1, cursor.end)
            try:
                name = probe.name()
            except NotUnderstood:
                return read_statement(cursor)
            routine = self._routines.get(name.name.lower())
            if routine is not None and probe.word == "(":
                first, last = probe.skip_parentheses()
                return self._run(routine, probe.items(first, last), cursor)
        self._select_into(cursor)
        return read_statement(cursor)

    def _read_call(self, cursor: Cursor) -> list[Operation]:
        cursor.at += 1
        name = cursor.name()
        routine = self._routines.get(name.name.lower())
        if routine is None:
            raise NotUnderstood(f"CALL {name}, which no migration makes")
        arguments: list[Cursor] = []
        if cursor.word == "(":
            first, last = cursor.skip_parentheses()
            arguments = cursor.items(first, last)
        return self._run(routine, arguments, cursor)

    def _run(self, routine: _Routine, arguments: list[Cursor], call: Cursor) -> list[Operation]:
        """The operations of a routine, at the place that runs it."""
        self._calls += 1
        if self._calls > _MOST_CALLS or self._depth >= _DEEPEST:
            raise NotUnderstood("routines that call routines without end")
        values = [evaluate(argument, self._variables) for argument in arguments]
        outer = self._variables
        self._variables = outer | dict(zip(routine.parameters, values, strict=False))
        self._depth += 1
        place = call.span(call.first, call.end)
        body = routine.body.inside(routine.body.first, routine.body.end)
        body.place = place
        try:
            return self._block(body)
        finally:
            self._depth -= 1
            self._variables = outer

    def _read_execute(self, cursor: Cursor) -> list[Operation]:
        """EXECUTE prepared, or MariaDB's EXECUTE IMMEDIATE expression."""
        cursor.at += 1
        if cursor.accept("IMMEDIATE"):
            value = evaluate(cursor.inside(cursor.at, cursor.end), self._variables)
        else:
            value = self._prepared.get(variable_name(cursor.advance()), (UNKNOWN,))
        return self._execute(value, cursor)

    def _execute(self, value: Value, cursor: Cursor) -> list[Operation]:
        """The operations of SQL that was put together; of several texts, the first that can happen."""
        place = cursor.span(cursor.first, cursor.end)
        found: list[Operation] = []
        condition = self._next_condition() if len(value) > 1 else None
        for branch, text in enumerate(value):
            operations: list[Operation] = []
            for statement in statements(text, cursor.path, cursor.dialect, place=place):
                operations += self.read(statement)
            operations = list(_with_known_names(operations, place))
            if condition is not None:
                operations = _guarded(operations, condition, branch)
            found += operations
        return found

    # Scripts

    def _block(self, body: Cursor) -> list[Operation]:
        """The operations of a script: declarations, then statements, up to its end."""
        while not body.at_end() and body.word != "BEGIN":
            if body.word == "DECLARE" or self._is_declaration(body):
                self._read_declaration(body)
            elif body.word == "<<":
                body.at += 3
            else:
                break
        return self._sequence(body, frozenset())[0]

    def _is_declaration(self, body: Cursor) -> bool:
        stop = _statement_end(body, body.at)
        return stop < body.end and "BEGIN" in body.words[stop:]

    def _read_declaration(self, body: Cursor) -> None:
        body.accept("DECLARE")
        stop = _statement_end(body, body.at)
        declared = body.inside(body.at, stop)
        name = variable_name(declared.texts[declared.at]) if not declared.at_end() else ""
        for at in range(declared.at, stop):
            if declared.words[at] in (":=", "DEFAULT", "="):
                self._assign(name, declared.inside(at + 1, stop))
                break
        body.at = stop + 1

    def _sequence(self, body: Cursor, ends: frozenset[str]) -> tuple[list[Operation], bool]:
        """Statements up to a word of `ends` or the end; and whether they always give up (RAISE, RETURN)."""
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
                found += self._simple(body.inside(body.at, stop))
                body.at = stop + 1
        return found, gives_up

    def _simple(self, statement: Cursor) -> list[Operation]:
        """One statement of a script that holds no others."""
        word = statement.word
        if statement.ahead(1) in (":=", "=") and word not in ("SET", "SELECT"):
            self._assign(
                variable_name(statement.texts[statement.at]),
                statement.inside(statement.at + 2, statement.end),
            )
            return []
        if word == "SET" and statement.dialect in MYSQL_FAMILY:
            statement.at += 1
            self._assign_all(statement)
            return []
        if word in _SCRIPT_ONLY:
            return []
        if word == "EXECUTE" and statement.dialect in POSTGRESQL_FAMILY:
            stop = next(
                (at for at in range(statement.at, statement.end) if statement.words[at] in ("INTO", "USING")),
                statement.end,
            )
            return self._execute(
                evaluate(statement.inside(statement.at + 1, stop), self._variables), statement
            )
        if word == "PERFORM":
            return self._read_select(statement)
        if word == "SELECT":
            self._select_into(statement)
            if "INTO" in statement.words[statement.at : statement.end]:
                return []
        try:
            return self.read(statement)
        except NotUnderstood as problem:
            return [Opaque(reason=str(problem), span=statement.span(statement.first, statement.end))]

    def _read_begin(self, body: Cursor) -> list[Operation]:
        """BEGIN … [EXCEPTION WHEN … THEN …] END: with a handler, all of it happens or nothing."""
        body.at += 1
        operations, _ = self._sequence(body, frozenset({"EXCEPTION"}))
        if body.accept("EXCEPTION"):
            if any(not isinstance(operation, Rows) for operation in operations):
                operations = _guarded(operations, self._next_condition(), 0)
            while body.accept("WHEN"):
                _skip_to(body, "THEN")
                self._sequence(body, frozenset({"WHEN"}))
        body.accept("END")
        if not body.at_end() and body.word != ";":  # END label
            body.at += 1
        return operations

    def _read_if(self, body: Cursor) -> list[Operation]:
        """IF … THEN … [ELSIF …] [ELSE …] END IF."""
        branches: list[list[Operation]] = []
        certain: bool | None = None
        body.at += 1
        while True:
            start = body.at
            _skip_to(body, "THEN")
            asks_catalog = self._asks_catalog(body.inside(start, body.at))
            certain = asks_catalog if certain is None else certain and asks_catalog
            operations, gives_up = self._sequence(body, frozenset({"ELSE", "ELSIF", "ELSEIF"}))
            if not gives_up:
                branches.append(operations)
            if not (body.accept("ELSIF") or body.accept("ELSEIF")):
                break
        has_else = body.accept("ELSE")
        if has_else:
            operations, gives_up = self._sequence(body, frozenset())
            if not gives_up:
                branches.append(operations)
        body.accept("END", "IF")
        only_way = has_else and len(branches) == 1
        return branches[0] if only_way else self._either(branches, certain=bool(certain))

    def _read_case(self, body: Cursor) -> list[Operation]:
        body.at += 1
        branches: list[list[Operation]] = []
        start = body.at
        while body.word not in ("WHEN", "ELSE", "END", ""):
            body.at += 1
        certain = self._asks_catalog(body.inside(start, body.at))
        while body.accept("WHEN"):
            start = body.at
            _skip_to(body, "THEN")
            certain = certain or self._asks_catalog(body.inside(start, body.at))
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
        condition = self._next_condition()
        for branch, operations in enumerate(branches):
            if certain:
                found += _guarded(operations, condition, branch)
            else:
                found += _uncertain(operations, "it depends on the data")
        return found

    def _read_loop(self, body: Cursor) -> list[Operation]:
        """A loop: over literals it is gone through, over anything else its body is uncertain."""
        head = body.at
        if body.word == "REPEAT":
            body.at += 1
            operations, _ = self._sequence(body, frozenset({"UNTIL"}))
            _skip_to_end_of_statement(body)
            return _uncertain(operations, "it is in a loop")
        opening = "DO" if body.word == "WHILE" and body.dialect in MYSQL_FAMILY else "LOOP"
        _skip_to(body, opening)
        variable, values = self._literal_values(body.inside(head, body.at - 1))
        start = body.at
        found: list[Operation] = []
        if variable is not None:
            for value in values:
                self._variables[variable] = value
                body.at = start
                found += self._sequence(body, frozenset())[0]
        else:
            if body.words[head] == "FOR":
                self._variables.pop(variable_name(body.texts[head + 1]), None)
            operations, _ = self._sequence(body, frozenset())
            found = _uncertain(operations, "it is in a loop")
        body.accept("END")
        if body.word in ("LOOP", "WHILE"):
            body.at += 1
        if not body.at_end() and body.word != ";":
            body.at += 1
        return found

    def _literal_values(self, head: Cursor) -> tuple[str | None, list[Value]]:
        """FOREACH x IN ARRAY ARRAY[…], FOR x IN SELECT unnest(ARRAY[…]): the variable and its values."""
        words = head.words[head.at : head.end]
        if "ARRAY" not in words or "IN" not in words or "FROM" in words or words[0] not in ("FOR", "FOREACH"):
            return None, []
        opening = next((at for at in range(head.at, head.end) if head.words[at] == "["), None)
        if opening is None:
            return None, []
        closing = next((at for at in range(opening, head.end) if head.words[at] == "]"), head.end)
        texts = [
            literal_text(item.texts[item.at], False)
            for item in head.items(opening + 1, closing)
            if not item.at_end()
        ]
        if any(text is None for text in texts):
            return None, []
        return variable_name(head.texts[head.at + 1]), [(text,) for text in texts if text is not None]

    # Variables and conditions

    def _assign_all(self, cursor: Cursor) -> None:
        """SET a = …, b = …"""
        for item in cursor.items(cursor.at, cursor.end):
            for at in range(item.at, item.end):
                if item.words[at] in ("=", ":="):
                    self._assign(variable_name(item.texts[item.at]), item.inside(at + 1, item.end))
                    break

    def _assign(self, name: str, expression: Cursor) -> None:
        if self._asks_catalog(expression):
            self._about_catalog.add(name)
        else:
            self._about_catalog.discard(name)
        self._variables[name] = evaluate(expression, self._variables)

    def _select_into(self, cursor: Cursor) -> None:
        """SELECT expression INTO variable: what it is about, and its value if it is literal."""
        words = cursor.words[cursor.at : cursor.end]
        if "INTO" not in words:
            return
        place = cursor.at + words.index("INTO")
        if place + 1 >= cursor.end:
            return
        name = variable_name(cursor.texts[place + 1])
        if self._asks_catalog(cursor.inside(cursor.at, cursor.end)):
            self._about_catalog.add(name)
        self._variables[name] = (
            (UNKNOWN,) if "FROM" in words else evaluate(cursor.inside(cursor.at + 1, place), self._variables)
        )

    def _asks_catalog(self, condition: Cursor) -> bool:
        """Whether the words of a condition are about the catalog and not about rows."""
        for at in range(condition.at, condition.end):
            word = condition.words[at].strip('"`')
            if word.startswith(("PG_", "TO_REG")) or word == "INFORMATION_SCHEMA":
                return True
            if variable_name(condition.texts[at]) in self._about_catalog:
                return True
        return False

    def _next_condition(self) -> int:
        self._conditions += 1
        return self._conditions


_SCRIPTED = frozenset({"DO", "CREATE", "SELECT", "SET", "PREPARE", "EXECUTE", "CALL"})
_SCRIPT_ONLY = frozenset(
    "RAISE RETURN NULL GET EXIT CONTINUE ASSERT OPEN CLOSE FETCH MOVE LEAVE ITERATE SIGNAL RESIGNAL COMMIT ROLLBACK"
    " DEALLOCATE".split()
)


def _is_quoted(token: str) -> bool:
    """Whether a token is a string that can hold a script; a single dollar that ends a text is none."""
    return token[0] == "'" or (token[0] == "$" and token.find("$", 1) > 0)


def _parameter_name(item: Cursor) -> str:
    item.accept_any(frozenset({"IN", "OUT", "INOUT", "VARIADIC"}))
    return variable_name(item.texts[item.at]) if not item.at_end() else ""


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


def _guarded(operations: Iterable[Operation], condition: int, branch: int) -> list[Operation]:
    return [
        operation if operation.guard is not None else replace(operation, guard=(condition, branch))
        for operation in operations
    ]


def _uncertain(operations: Iterable[Operation], reason: str) -> list[Operation]:
    """What may have happened or not: each operation that shapes the catalog becomes an opaque one."""
    found: list[Operation] = []
    for operation in operations:
        if isinstance(operation, Rows | Opaque):
            found.append(operation)
        else:
            found.append(Opaque(reason=reason, tables=_tables(operation), span=operation.span))
    return found


def _tables(operation: Operation) -> tuple[Name, ...] | None:
    """The tables that an operation touches; None where it doesn't say."""
    if isinstance(operation, CreateTable):
        return (operation.table.name,)
    table = getattr(operation, "table", None)
    return (table,) if isinstance(table, Name) else None


def _with_known_names(operations: Iterable[Operation], place: Span) -> Iterator[Operation]:
    """The operations whose names are all known; the others as opaque ones.

    A table in a schema of unknown name is a copy of some table in a schema of its own: it is none of
    those that are known here.
    """
    for operation in operations:
        if isinstance(operation, Rows) or UNKNOWN not in repr(operation):
            yield operation
            continue
        tables = operation.tables if isinstance(operation, Opaque) else _tables(operation)
        if _is_elsewhere(operation):
            tables = ()
        elif tables is not None and any(UNKNOWN in table.name for table in tables):
            tables = None
        yield Opaque(reason="SQL put together of unknown parts", tables=tables, span=place)


def _is_elsewhere(operation: Operation) -> bool:
    """Whether the operation is about something in a schema of unknown name."""
    tables = operation.tables if isinstance(operation, Opaque) else _tables(operation)
    names = [*(tables or ()), getattr(operation, "index", None), getattr(operation, "name", None)]
    return any(isinstance(name, Name) and UNKNOWN in (name.schema or "") for name in names)
