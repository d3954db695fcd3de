"""Column definitions: a name, a type, and the constraints written behind them."""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Action, Check, Column, ForeignKey, Index, Key
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect

_AFTER_TYPE = frozenset(
    "NOT NULL DEFAULT PRIMARY UNIQUE REFERENCES CHECK CONSTRAINT GENERATED COLLATE AS AUTO_INCREMENT"
    " AUTOINCREMENT COMMENT ON KEY INVISIBLE VISIBLE STORAGE COMPRESSION VIRTUAL STORED PERSISTENT FIRST"
    " AFTER USING DEFERRABLE INITIALLY IDENTITY SRID COLUMN_FORMAT ENGINE_ATTRIBUTE FAMILY OPTIONS".split()
)
_ACTIONS: dict[str, Action] = {"CASCADE": "cascade", "RESTRICT": "restrict"}
_SERIAL = frozenset("serial serial2 serial4 serial8 bigserial smallserial".split())
_NO_SPACE_BEFORE = frozenset("(),[].")
_NO_SPACE_AFTER = frozenset("([.")


class ColumnParts:
    """A column being read, with the constraints written on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.type = ""
        self.nullable: bool | None = None
        self.default: str | None = None
        self.generated: str | None = None
        self.stored: bool | None = None
        self.identity = False
        self.collation: str | None = None
        self.indexes: list[Index] = []
        self.foreign_keys: list[ForeignKey] = []
        self.checks: list[Check] = []
        self.first = False
        self.after: str | None = None
        self.autoincrement = False

    def takes_null(self, dialect: Dialect) -> bool:
        """Whether the column is nullable by what is said of itself; MySQL's AUTO_INCREMENT outdoes NULL."""
        if self.autoincrement and dialect in MYSQL_FAMILY:
            return False
        if self.nullable is None:
            return not (self.identity or (self.type in _SERIAL and dialect != "sqlite"))
        return self.nullable

    def column(self, cursor: Cursor, first: int) -> Column:
        """The finished column; its span runs from the token `first` to where the cursor stands."""
        return Column(
            name=self.name,
            type=self.type,
            nullable=self.takes_null(cursor.dialect),
            default=self.default,
            generated=self.generated,
            stored=self.stored,
            identity=self.identity or self.autoincrement,
            collation=self.collation,
            span=cursor.span(first),
        )


def _collation(cursor: Cursor) -> str:
    """The name of a collation, which MySQL takes in the quotes of a string too."""
    if cursor.word[:1] == "'" and cursor.dialect in MYSQL_FAMILY:
        return cursor.advance()[1:-1]
    return str(cursor.name())


def read_type(cursor: Cursor) -> str:
    """A type with its arguments and array brackets, in lower case; "" where there is none (SQLite).

    To SQLite any words are one, AFTER among them, which says a column's place elsewhere.
    """
    pieces: list[str] = []
    while not cursor.at_end():
        word = cursor.word
        if word in (",", ")", ";") or (
            word in _AFTER_TYPE and (word != "AFTER" or cursor.dialect != "sqlite")
        ):
            break
        if word == "(":
            first, last = cursor.skip_parentheses()
            pieces += ["(", *cursor.texts[first:last], ")"]
        else:
            pieces.append(cursor.texts[cursor.at])
            cursor.at += 1
    if len(pieces) == 1:
        return _type_word(pieces[0])
    text = ""
    for piece in pieces:
        apart = piece not in _NO_SPACE_BEFORE and piece[0] != "["
        if text and apart and text[-1] not in _NO_SPACE_AFTER:
            text += " "
        text += _type_word(piece)
    return text.replace(", ", ",")


_QUOTES = "'`\""


def read_character_set(cursor: Cursor) -> str:
    """CHARACTER SET and COLLATE, one behind the other, as MySQL's tables have them; "" for something else."""
    found = []
    while cursor.word in ("CHARACTER", "CHARSET", "COLLATE"):
        option = "COLLATE" if cursor.advance().upper() == "COLLATE" else "CHARACTER SET"
        cursor.accept("SET")
        cursor.accept("=")
        found.append(f"{option} {cursor.advance().strip(_QUOTES)}")
    return " ".join(found)


def _type_word(piece: str) -> str:
    if piece[0] == '"' or piece[0] == "`":
        return piece[1:-1]
    return piece if piece[0] == "'" else piece.lower()


def read_column_constraints(cursor: Cursor, parts: ColumnParts) -> None:
    """What stands behind the type of a column, up to the end of the cursor."""
    if parts.type == "serial" and cursor.dialect in MYSQL_FAMILY:  # BIGINT UNSIGNED … AUTO_INCREMENT UNIQUE
        _read_unique(cursor, parts, None, cursor.first)
    constraint_name: str | None = None
    constraint_first = cursor.at
    while not cursor.at_end():
        if constraint_name is None:
            constraint_first = cursor.at
        word = cursor.word
        cursor.at += 1
        if word == "CONSTRAINT":
            constraint_name = cursor.identifier()
            continue
        if word == "NOT":
            if cursor.accept("NULL"):
                parts.nullable = False
                cursor.accept("NO", "INHERIT")
                _skip_conflict_clause(cursor)
            elif not cursor.accept("VALID") and not cursor.accept("ENFORCED"):
                cursor.expect("DEFERRABLE")
        elif word == "NULL":
            parts.nullable = True
        elif word == "DEFAULT":
            first, last = cursor.skip_expression(_AFTER_TYPE)
            parts.default = cursor.source(first, last)
        elif word == "PRIMARY" or word == "KEY":
            if word == "PRIMARY":
                cursor.expect("KEY")
            _read_primary_key(cursor, parts, constraint_name, constraint_first)
        elif word == "UNIQUE":
            _read_unique(cursor, parts, constraint_name, constraint_first)
        elif word == "REFERENCES":
            key = read_references(cursor, (parts.name,), constraint_name, constraint_first)
            is_part = cursor.dialect == "sqlite"
            parts.foreign_keys.append(replace(key, part_of=parts.name) if is_part else key)
        elif word == "CHECK":
            check = read_check(cursor, constraint_name, constraint_first)
            is_part = cursor.dialect in ("mariadb", "sqlite")
            parts.checks.append(replace(check, part_of=parts.name) if is_part else check)
        elif word == "GENERATED":
            _read_generated(cursor, parts)
        elif word == "AS":
            _read_expression(cursor, parts)
        elif word == "COLLATE":
            parts.collation = _collation(cursor)
        elif word in ("AUTO_INCREMENT", "AUTOINCREMENT"):
            parts.autoincrement = True
        elif word == "IDENTITY":
            parts.identity = True
            if cursor.word == "(":
                cursor.skip_parentheses()
        elif word == "ON":
            _read_on_clause(cursor)
        elif word == "AFTER":
            parts.after = cursor.identifier()
        elif word == "FIRST":
            parts.first = True
        elif word in (
            "COMMENT",
            "STORAGE",
            "COMPRESSION",
            "COLUMN_FORMAT",
            "SRID",
            "FAMILY",
            "ENGINE_ATTRIBUTE",
        ):
            cursor.accept("=")
            cursor.advance()
        elif word == "INITIALLY":
            cursor.advance()
        elif word == "OPTIONS":
            cursor.skip_parentheses()
        elif word == "USING":  # ALTER COLUMN … TYPE … USING, Cockroach's USING HASH
            cursor.at = cursor.end
        elif word not in ("DEFERRABLE", "VISIBLE", "INVISIBLE", "ENFORCED"):
            raise NotUnderstood(f"column constraint {word}")
        constraint_name = None
    if cursor.dialect in MYSQL_FAMILY and len(parts.indexes) > 1:
        primary = [index for index in parts.indexes if index.origin == "primary key"]
        parts.indexes = primary or parts.indexes[:1]  # the server makes one key of what one column says


def _read_primary_key(cursor: Cursor, parts: ColumnParts, name: str | None, first: int) -> None:
    order = cursor.accept_any(frozenset({"ASC", "DESC"}))
    _skip_conflict_clause(cursor)
    skip_index_parameters(cursor)
    if cursor.dialect in MYSQL_FAMILY:
        name = None
    deferrable, deferred = read_deferral(cursor)
    parts.indexes.append(
        Index(
            name=name,
            keys=(Key(column=parts.name, order="desc" if order == "DESC" else "asc"),),
            unique=True,
            immediate=not deferrable,
            deferred=deferred,
            origin="primary key",
            span=cursor.span(first),
        )
    )


def _read_unique(cursor: Cursor, parts: ColumnParts, name: str | None, first: int) -> None:
    cursor.accept("KEY")
    nulls_distinct = read_nulls_distinct(cursor)
    _skip_conflict_clause(cursor)
    skip_index_parameters(cursor)
    deferrable, deferred = read_deferral(cursor)
    parts.indexes.append(
        Index(
            name=name,
            keys=(Key(column=parts.name),),
            unique=True,
            nulls_distinct=nulls_distinct,
            immediate=not deferrable,
            deferred=deferred,
            origin="unique constraint",
            span=cursor.span(first),
        )
    )


def _read_generated(cursor: Cursor, parts: ColumnParts) -> None:
    if not cursor.accept("ALWAYS"):
        cursor.expect("BY", "DEFAULT")
        cursor.accept("ON", "NULL")
    cursor.expect("AS")
    if cursor.accept("IDENTITY"):
        parts.identity = True
        if cursor.word == "(":
            cursor.skip_parentheses()
        return
    _read_expression(cursor, parts)


def _read_expression(cursor: Cursor, parts: ColumnParts) -> None:
    """(expression) [STORED | VIRTUAL]; PostgreSQL had no other than STORED before version 18."""
    first, last = cursor.skip_parentheses()
    parts.generated = cursor.source(first, last)
    word = cursor.accept_any(frozenset({"STORED", "PERSISTENT", "VIRTUAL"}))
    parts.stored = word != "VIRTUAL" if word else cursor.dialect in POSTGRESQL_FAMILY


def _read_on_clause(cursor: Cursor) -> None:
    """SQLite's ON CONFLICT, MySQL's ON UPDATE CURRENT_TIMESTAMP."""
    if cursor.accept("CONFLICT"):
        cursor.advance()
        return
    cursor.expect("UPDATE")
    cursor.advance()
    if cursor.word == "(":
        cursor.skip_parentheses()


def _skip_conflict_clause(cursor: Cursor) -> None:
    if cursor.accept("ON", "CONFLICT"):
        cursor.advance()


def skip_index_parameters(cursor: Cursor) -> None:
    """WITH (…), USING INDEX TABLESPACE …, CLUSTERED: of no account to the catalog."""
    while True:
        if cursor.word == "WITH" and cursor.ahead(1) == "(":
            cursor.at += 1
            cursor.skip_parentheses()
        elif cursor.accept("USING", "INDEX", "TABLESPACE"):
            cursor.identifier()
        elif not cursor.accept("CLUSTERED") and not cursor.accept("NONCLUSTERED"):
            return


def read_nulls_distinct(cursor: Cursor) -> bool:
    """NULLS [NOT] DISTINCT; distinct if nothing is written."""
    if not cursor.accept("NULLS"):
        return True
    negated = cursor.accept("NOT")
    cursor.expect("DISTINCT")
    return not negated


def is_at_deferral(cursor: Cursor) -> bool:
    """Whether [NOT] DEFERRABLE or INITIALLY comes next."""
    word = cursor.ahead(1) if cursor.word == "NOT" else cursor.word
    return word == "DEFERRABLE" or cursor.word == "INITIALLY"


def read_deferral(cursor: Cursor) -> tuple[bool, bool]:
    """[NOT] DEFERRABLE [INITIALLY …], if it comes next: whether it is deferrable, and deferred at first."""
    deferrable = deferred = False
    while True:
        if cursor.accept("DEFERRABLE"):
            deferrable = True
        elif cursor.word == "INITIALLY":
            cursor.at += 1
            deferred = cursor.advance().upper() == "DEFERRED"
        elif not cursor.accept("NOT", "DEFERRABLE"):
            return deferrable or deferred, deferred


def read_columns(cursor: Cursor) -> tuple[str, ...]:
    """Column names in brackets."""
    first, last = cursor.skip_parentheses()
    return tuple(item.identifier() for item in cursor.items(first, last))


def read_references(cursor: Cursor, columns: tuple[str, ...], name: str | None, first: int) -> ForeignKey:
    """What follows REFERENCES."""
    target = cursor.name()
    target_columns = read_columns(cursor) if cursor.word == "(" else ()
    actions: dict[str, Action] = {}
    sets: tuple[str, ...] = ()
    deferrable = deferred = match_full = False
    validated = True
    while True:
        if cursor.accept("MATCH"):
            match_full = cursor.advance().upper() == "FULL" and cursor.dialect in POSTGRESQL_FAMILY
        elif cursor.word == "ON" and cursor.ahead(1) in ("DELETE", "UPDATE"):
            verb = cursor.ahead(1)
            cursor.at += 2
            actions[verb] = _read_action(cursor)
            sets = read_columns(cursor) if cursor.word == "(" else sets
        elif is_at_deferral(cursor):
            deferrable, deferred = read_deferral(cursor)
        elif cursor.accept("NOT", "VALID"):
            validated = False
        elif not cursor.accept("NOT", "ENFORCED") and not cursor.accept("ENFORCED"):
            break
    return ForeignKey(
        name=name,
        columns=columns,
        target=target,
        target_columns=target_columns,
        on_delete=actions.get("DELETE", "no action"),
        on_update=actions.get("UPDATE", "no action"),
        deferrable=deferrable,
        deferred=deferred,
        validated=validated,
        sets=sets,
        match_full=match_full,
        span=cursor.span(first),
    )


def _read_action(cursor: Cursor) -> Action:
    word = cursor.advance().upper()
    if word in _ACTIONS:
        return _ACTIONS[word]
    if word == "NO":
        cursor.expect("ACTION")
        return "no action"
    if word == "SET":
        if cursor.accept("NULL"):
            action: Action = "set null"
        else:
            cursor.expect("DEFAULT")
            action = "set default"
        return action
    raise NotUnderstood(f"referential action {word}")


def read_check(cursor: Cursor, name: str | None, first: int) -> Check:
    """What follows CHECK."""
    start, last = cursor.skip_parentheses()
    inheritable = not cursor.accept("NO", "INHERIT")
    validated = not cursor.accept("NOT", "VALID")
    return Check(
        name=name,
        expression=cursor.source(start, last),
        validated=validated,
        inheritable=inheritable,
        span=cursor.span(first),
    )
