"""Keys and predicates of indexes: what the program gives as text or expressions, read as SQL."""

from __future__ import annotations

from schemalint.catalog import Key
from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.sql_text import expression_text
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.knowledge.expressions import NOT_KNOWN


def index_keys(texts: list[str], dialect: Dialect) -> tuple[Key, ...] | None:
    """The keys that SQL text for each of them means; None where one is not understood."""
    if all(text.isidentifier() and text.islower() for text in texts):
        return tuple(Key(column=text) for text in texts)
    from schemalint.frontends.sql.cursor import NotUnderstood
    from schemalint.frontends.sql.indexes import read_keys
    from schemalint.frontends.sql.split import statements

    joined = ", ".join(_with_quotes(text, dialect) for text in texts)
    for cursor in statements(f"({joined})", "", dialect):
        try:
            keys = read_keys(cursor)
        except NotUnderstood:
            return None
        return keys if len(keys) == len(texts) and cursor.at_end() else None
    return None


def _with_quotes(text: str, dialect: Dialect) -> str:
    """SQLAlchemy quotes names by the rules of the dialect; here they are in double quotes."""
    return text.replace('"', "`") if dialect in MYSQL_FAMILY else text


def predicate_text(value: Value, dialect: Dialect) -> str | None:
    """A predicate as SQL text, its tokens apart by single spaces; None where there is none."""
    if value is None:
        return None
    text = value if isinstance(value, str) else expression_text(value, dialect)
    if text is None:
        return NOT_KNOWN
    from schemalint.frontends.sql.lexer import lex

    return " ".join(lex(_with_quotes(text, dialect), dialect).texts)
