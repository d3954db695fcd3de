"""A connection on paper: statements read one after the other, scripts and prepared statements included.

`DO $$ … $$` blocks, stored procedures and PREPARE/EXECUTE are read as far as they are literal.
"""

from __future__ import annotations

from schemalint.frontends.sql import called_functions
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.frontends.sql.ddl import read_statement
from schemalint.frontends.sql.dynamic import UNKNOWN, Value, variable_name
from schemalint.frontends.sql.lexer import lex
from schemalint.frontends.sql.scripts import Script
from schemalint.frontends.sql.split import statements
from schemalint.frontends.sql.uncertain import guarded, uncertain, with_known_names
from schemalint.frontends.sql.variables import Variables
from schemalint.frontends.sql.views import Views
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, folded
from schemalint.operations import CreateTable, Opaque, Operation

_SCRIPTED = frozenset({"BEGIN", "DO", "CREATE", "SELECT", "SET", "PREPARE", "EXECUTE", "CALL", "WITH"})
_MOST_CALLS = 20_000
_DEEPEST = 20


class _Routine:
    """A stored procedure or function: its parameters, with what defaults they have, and its body.

    `gives` says that it gives a value, so that EXECUTE of its outcome runs SQL that is not known.
    """

    def __init__(
        self, parameters: tuple[tuple[str, Cursor | None], ...], body: Cursor, *, gives: bool
    ) -> None:
        self.parameters = parameters
        self.body = body
        self.gives = gives


class Session:
    """What one connection remembers from statement to statement while a history is read."""

    def __init__(self) -> None:
        self._variables = Variables()
        self._script = Script(self, self._variables)
        self._views = Views()
        self._prepared: dict[str, Value] = {}
        self._routines: dict[str, _Routine] = {}
        self._tables: set[str] = set()
        self._conditions = 0
        self._calls = 0
        self._depth = 0

    def copy(self) -> Session:
        """Another connection to the same database, with what this one has made there."""
        other = Session()
        other._views = self._views.copy()
        other._routines = dict(self._routines)
        other._tables = set(self._tables)
        return other

    def read(self, cursor: Cursor) -> list[Operation]:
        """The operations of the next statement."""
        word = cursor.word
        if word not in _SCRIPTED:
            return read_statement(cursor)
        try:
            if word == "DO":
                return self._read_do(cursor)
            if word == "BEGIN" and cursor.ahead(1) == "NOT":  # MariaDB's BEGIN NOT ATOMIC
                return self._script.read(cursor.inside(cursor.at + 3, cursor.end))
            if word == "CREATE":
                self._remember_routine(cursor)
                cursor.at = cursor.first
                operations = read_statement(cursor)
                self._tables.update(
                    folded(operation.table.name.name, cursor.dialect)
                    for operation in operations
                    if isinstance(operation, CreateTable)
                )
                return self._views.followed(operations, cursor)
            if word in ("SELECT", "WITH"):
                return self.read_select(cursor)
            if word == "SET" and cursor.ahead(1)[:1] == "@":
                cursor.at += 1
                self._variables.assign_all(cursor)
                cursor.at = cursor.first
                return read_statement(cursor)
            if word == "PREPARE" and cursor.ahead(2) == "FROM":
                name = variable_name(cursor.texts[cursor.at + 1])
                self._prepared[name] = self._variables.evaluate(cursor.inside(cursor.at + 3, cursor.end))
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
                return self._script.read(self._body(cursor, at))
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
        parameters = tuple(_parameter(item) for item in cursor.items(first, last))
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
            gives = "RETURNS" in words[last : cursor.end] and "VOID" not in words[last : cursor.end]
            self._routines[name.name.lower()] = _Routine(parameters, body, gives=gives)

    def read_select(self, cursor: Cursor) -> list[Operation]:
        """SELECT f(…) runs a function that a migration made; SELECT … INTO @x sets a variable."""
        found, ran = self._called(cursor) if cursor.word != "WITH" else ([], False)
        if ran:
            return found
        if cursor.word == "SELECT":
            self._variables.select_into(cursor)
        return [*self._run_for_rows(cursor), *read_statement(cursor), *found]

    def _called(self, cursor: Cursor) -> tuple[list[Operation], bool]:
        """What the functions do that a query calls once; and whether a migration made one of them."""
        found: list[Operation] = []
        ran = False
        for name, arguments in called_functions.calls(cursor):
            routine = self._routines.get(name.name.lower())
            if routine is not None:
                found += self._run(routine, arguments, cursor)
                ran = True
            elif cursor.dialect not in MYSQL_FAMILY:  # whose functions alter no table
                found += called_functions.effects(
                    name, arguments, cursor, self._variables.evaluate, self._tables
                )
        return found, ran

    def _run_for_rows(self, cursor: Cursor) -> list[Operation]:
        """What functions that a query calls for its rows may do, however many there are."""
        if not self._routines:
            return []
        found: list[Operation] = []
        for at in range(cursor.at, cursor.end - 1):
            routine = self._routines.get(cursor.texts[at].lower()) if cursor.words[at + 1] == "(" else None
            if routine is not None:
                operations = self._run(routine, [], cursor)
                found += uncertain(operations, f"what {cursor.texts[at]}() does for each row")
        return [operation for operation in found if isinstance(operation, Opaque)]

    def run_function(self, cursor: Cursor) -> list[Operation] | None:
        """The operations of the function that is called behind the first word; None if it is none known."""
        if cursor.ahead(2) not in ("(", "."):
            return None
        probe = cursor.inside(cursor.at + 1, cursor.end)
        try:
            name = probe.name()
        except NotUnderstood:
            return None
        routine = self._routines.get(name.name.lower())
        if routine is None or probe.word != "(" or (routine.gives and cursor.word == "EXECUTE"):
            return None
        first, last = probe.skip_parentheses()
        return self._run(routine, probe.items(first, last), cursor)

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
        outer, outer_arguments = self._variables.values, self._variables.arguments
        bound = self._bound(routine, arguments)
        self._variables.values = outer | bound
        self._variables.arguments = frozenset(bound)
        self._depth += 1
        place = call.span(call.first, call.end)
        body = routine.body.inside(routine.body.first, routine.body.end)
        body.place = place
        try:
            return self._script.read(body)
        finally:
            self._depth -= 1
            self._variables.values, self._variables.arguments = outer, outer_arguments

    def _bound(self, routine: _Routine, arguments: list[Cursor]) -> dict[str, Value]:
        """The values of a routine's parameters in a call, by position, by name, or by default."""
        bound: dict[str, Value] = {}
        for position, argument in enumerate(arguments):
            name = _argument_name(argument)
            if name is None and position < len(routine.parameters):
                name = routine.parameters[position][0]
            if name is not None:
                bound[name] = self._variables.evaluate(argument)
        for name, default in routine.parameters:
            if name not in bound and default is not None:
                bound[name] = self._variables.evaluate(default.inside(default.first, default.end))
        return bound

    def _read_execute(self, cursor: Cursor) -> list[Operation]:
        """EXECUTE prepared, or MariaDB's EXECUTE IMMEDIATE expression."""
        cursor.at += 1
        if cursor.accept("IMMEDIATE"):
            value = self._variables.evaluate(cursor.inside(cursor.at, cursor.end))
        else:
            value = self._prepared.get(variable_name(cursor.advance()), (UNKNOWN,))
        return self.execute(value, cursor)

    def execute(self, value: Value, cursor: Cursor) -> list[Operation]:
        """The operations of SQL that was put together; of several texts, the first that can happen."""
        place = cursor.span(cursor.first, cursor.end)
        found: list[Operation] = []
        condition = self.next_condition() if len(value) > 1 else None
        for branch, text in enumerate(value):
            operations: list[Operation] = []
            for statement in statements(text, cursor.path, cursor.dialect, place=place):
                operations += self.read(statement)
            operations = list(with_known_names(operations, place))
            if condition is not None:
                operations = guarded(operations, condition, branch)
            found += operations
        return found

    def next_condition(self) -> int:
        """A number for a condition that no other one has."""
        self._conditions += 1
        return self._conditions


def _is_quoted(token: str) -> bool:
    """Whether a token is a string that can hold a script; a single dollar that ends a text is none."""
    return token[0] == "'" or (token[0] == "$" and token.find("$", 1) > 0)


def _parameter(item: Cursor) -> tuple[str, Cursor | None]:
    """The name of a parameter, and its default."""
    item.accept_any(frozenset({"IN", "OUT", "INOUT", "VARIADIC"}))
    name = variable_name(item.texts[item.at]) if not item.at_end() else ""
    for at in range(item.at, item.end):
        if item.words[at] in ("DEFAULT", "=", ":="):
            return name, item.inside(at + 1, item.end)
    return name, None


def _argument_name(argument: Cursor) -> str | None:
    """The name in `name => value`, which is stepped over; None for an argument by position."""
    name = argument.texts[argument.at] if not argument.at_end() else ""
    if argument.ahead(1) == ":=":
        argument.at += 2
    elif argument.ahead(1) == "=" and argument.ahead(2) == ">":
        argument.at += 3
    else:
        return None
    return variable_name(name)
