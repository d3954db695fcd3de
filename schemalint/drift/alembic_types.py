"""Whether autogenerate takes two column types for different ones: as SQLAlchemy reads the one back.

`DefaultImpl.compare_type` of Alembic compares what the dialect renders of either type, word by word: the
type of the model, and the one that reflection makes of the database's (`ischema_names` of the dialects).
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from schemalint.catalog import Catalog, Column
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.numbers import whole_number
from schemalint.knowledge.types import UUIDS_OF_MARIADB, canonical_type

_TOKEN = re.compile(r"[\w\-]+|\([^)]*\)")
_QUALIFIED = re.compile(r"""["'.](?![^(]*\))""")
"""A name in quotes or one of a schema: outside any brackets."""
_TERM = re.compile(r"[^(),]+")

_SYNONYMS: dict[str, tuple[frozenset[str], ...]] = {
    "": (frozenset({"numeric", "decimal"}),),
    "postgresql": (frozenset({"float", "double precision"}),),
    "mysql": (frozenset({"bool", "tinyint"}), frozenset({"json", "longtext"})),
    "sqlite": (frozenset({"jsonb", "numeric"}), frozenset({"jsonb", "decimal"})),
}
"""`type_synonyms` of Alembic's dialects; SQLite's JSONB is read back as itself or, mostly, as NUMERIC."""

_POSTGRESQL = frozenset(
    "hstore json jsonb int4range int8range numrange daterange tsrange tstzrange int4multirange int8multirange"
    " nummultirange datemultirange tsmultirange tstzmultirange integer bigint smallint"
    " varchar char text numeric decimal float real inet cidr citext uuid bit macaddr macaddr8 money oid"
    " regclass double timestamp date time bytea boolean interval tsvector tsquery".split()
)
_MYSQL = frozenset(
    "bigint binary bit blob bool char date datetime decimal double enum float integer json longblob longtext"
    " mediumblob mediumint mediumtext numeric set smallint text time timestamp tinyblob tinyint tinytext"
    " varbinary varchar year".split()
)
_SQLITE = {
    **{
        name: name
        for name in (
            "bigint blob boolean char date datetime decimal float integer json numeric real smallint text"
            " time timestamp varchar nvarchar nchar"
        ).split()
    },
    "bool": "boolean",
    "date_char": "date",
    "datetime_char": "datetime",
    "int": "integer",
    "time_char": "time",
}
_SQLITE_WITH_ARGUMENTS = frozenset(
    {"char", "decimal", "float", "numeric", "nvarchar", "nchar", "text", "varchar"}
)
_POSTGRESQL_NAMES = {"character varying": "varchar", "character": "char", "bit varying": "bit varying"}
_MYSQL_NAMES = {
    **dict.fromkeys(("int", "int4"), "integer"),
    **dict.fromkeys(("bool", "boolean"), "tinyint"),
    **dict.fromkeys(("numeric", "dec", "fixed"), "decimal"),
    **dict.fromkeys(("real", "float8"), "double"),
    **dict.fromkeys(("character", "nchar", "national char"), "char"),
    **dict.fromkeys(("nvarchar", "national varchar"), "varchar"),
}
_DISPLAY_WIDTHS = {
    ("tinyint",): ("4",),
    ("tinyint", "unsigned"): ("3",),
    ("smallint",): ("6",),
    ("smallint", "unsigned"): ("5",),
    ("mediumint",): ("9",),
    ("mediumint", "unsigned"): ("8",),
    ("integer",): ("11",),
    ("integer", "unsigned"): ("10",),
    ("bigint",): ("20",),
    ("bigint", "unsigned"): ("20",),
}
"""What MariaDB shows of integers that are made without one; MySQL has stopped showing any."""
_MYSQL_SIZES = {
    "text": (("tinytext", 1), ("text", 2), ("mediumtext", 3), ("longtext", 4)),
    "blob": (("tinyblob", 1), ("blob", 2), ("mediumblob", 3), ("longblob", 4)),
}
"""What TEXT and BLOB of a length become: the smallest whose bytes of length count so many bytes."""
_MOST_BYTES = {"text": 4, "blob": 1}
"""So many may one character take, by the character set."""
_LARGEST_SINGLE_PRECISION = 24
"""A FLOAT of more binary digits is a double, in PostgreSQL and in MySQL."""


class _Type(Struct, frozen=True):
    """A type as Alembic takes its text apart; `labels` are those of an enum (MySQL)."""

    words: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    labels: frozenset[str] | None = None


_SQLITE_DOUBLES = (_Type(("double",)), _Type(("float",)))
"""As what a DOUBLE of SQLite is read back: since SQLAlchemy 2.0, and before."""


def types_differ(model: Column, made: Column, declared: Catalog, migrated: Catalog) -> bool:
    """Whether a model's type and that of a column in the database are different ones for certain."""
    dialect = declared.dialect
    one, others = _rendered(model.type, declared), _reflected(made.type, migrated)
    if one is None or not others:
        return False
    if dialect in MYSQL_FAMILY and model.labels and one.labels is None:
        one = replace(one, labels=frozenset(model.labels))
    return all(_differ(one, other, dialect) for other in others)


def _differ(one: _Type, other: _Type, dialect: Dialect) -> bool:
    if one.labels is not None and other.labels is not None:
        return one.labels != other.labels
    if dialect == "mariadb" and {one, other} == {_parsed(type_) for type_ in UUIDS_OF_MARIADB}:
        return False
    return not (_match(one, other, dialect) and _arguments_match(one, other))


def _match(one: _Type, other: _Type, dialect: Dialect) -> bool:
    if one.words[0] == other.words[0]:
        return True
    family = "mysql" if dialect in MYSQL_FAMILY else "postgresql" if dialect in POSTGRESQL_FAMILY else dialect
    either = {" ".join(one.words), " ".join(other.words)}
    first = {one.words[0], other.words[0]}
    return any(
        either <= synonyms or first <= synonyms for synonyms in (*_SYNONYMS[""], *_SYNONYMS.get(family, ()))
    )


def _arguments_match(one: _Type, other: _Type) -> bool:
    """What only one of the two says is no difference."""
    words = len(one.words) == len(other.words) and one.words[1:] != other.words[1:]
    return not words and not (len(one.arguments) == len(other.arguments) and one.arguments != other.arguments)


def _rendered(text: str, catalog: Catalog) -> _Type | None:
    """A model's type as the dialect renders it; None where that isn't known."""
    dialect = catalog.dialect
    if dialect in POSTGRESQL_FAMILY:
        if (enum := _enum(text, catalog)) is not None:
            return enum
        text = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}.get(text, text)
    elif dialect in MYSQL_FAMILY:
        if (enum := _mysql_enum(text)) is not None:
            return enum
    elif dialect != "sqlite":
        return None
    return None if _QUALIFIED.search(text) else _parsed(text)


def _reflected(text: str, catalog: Catalog) -> tuple[_Type, ...]:
    """A type of the database as SQLAlchemy reads it back and renders it; none where that isn't known.

    Several where it is a matter of SQLAlchemy's version.
    """
    dialect = catalog.dialect
    found: _Type | None = None
    if dialect in POSTGRESQL_FAMILY:
        found = _enum(text, catalog) or _postgresql(text)
    elif dialect in MYSQL_FAMILY:
        if text == "uuid" and dialect == "mariadb":
            return (_Type((text,)),)
        found = _mysql_enum(text) or _mysql(text)
        if found is not None and not found.arguments and dialect == "mariadb":
            found = replace(found, arguments=_DISPLAY_WIDTHS.get(found.words[:2], ()))
    elif dialect == "sqlite":
        if text.lower() == "double":
            return _SQLITE_DOUBLES
        found = _sqlite(text)
    return (found,) if found is not None else ()


def _parsed(text: str) -> _Type | None:
    words: list[str] = []
    arguments: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        if token[0] == "(":
            arguments = [term.strip() for term in _TERM.findall(token)]
        else:
            words.append(token)
    return _Type(tuple(words), tuple(arguments)) if words else None


def _known(found: _Type | None, names: frozenset[str]) -> _Type | None:
    return found if found is not None and found.words[0] in names else None


def _enum(text: str, catalog: Catalog) -> _Type | None:
    """An enum of PostgreSQL, which Alembic knows by its name alone."""
    name = text.replace('"', "").partition("[")[0].rpartition(".")[2].strip()
    for (_, known), labels in catalog.types.items():
        if labels is not None and known.lower() == name.lower():
            return _Type((name.lower(),))
    return None


def _mysql_enum(text: str) -> _Type | None:
    if not text.lower().startswith("enum("):
        return None
    labels = re.findall(r"'((?:[^']|'')*)'", text)
    return _Type(("enum",), labels=frozenset(label.replace("''", "'") for label in labels))


def _postgresql(text: str) -> _Type | None:
    written = _parsed(text)
    if written is not None and written.words == ("float",):
        digits = (whole_number(written.arguments[0]) if written.arguments else None) or 53
        return _Type(("real",)) if digits <= _LARGEST_SINGLE_PRECISION else _Type(("double", "precision"))
    canonical = canonical_type(text, "postgresql").removesuffix("[]")
    name, _, arguments = canonical.partition("(")
    terms = tuple(term.strip() for term in _TERM.findall(arguments))
    if name == "numeric" and len(terms) == 1:
        terms = (*terms, "0")
    found = _parsed(_POSTGRESQL_NAMES.get(name, name))
    return None if found is None else _known(_Type(found.words, terms), _POSTGRESQL)


def _mysql(text: str) -> _Type | None:
    found = _parsed(re.sub(r"\b(?:character set|charset|collate) \S+", "", text.lower()))
    if found is None:
        return None
    name, arguments = found.words[0], found.arguments
    digits = whole_number(arguments[0]) if len(arguments) == 1 else None
    if name == "float" and digits is not None:
        name = "float" if digits <= _LARGEST_SINGLE_PRECISION else "double"
        arguments = ()
    if name in _MYSQL_SIZES and arguments:
        sized = _of_a_size(name, whole_number(arguments[0]) or 0)
        if sized is None:
            return None
        name, arguments = sized, ()
    boolean = name in ("bool", "boolean")
    written = " ".join(found.words[:2])
    name = _MYSQL_NAMES.get(written, _MYSQL_NAMES.get(name, name))
    if boolean:
        arguments = ("1",)
    elif name == "decimal":
        arguments = (*arguments, *("10", "0")[len(arguments) :])
    elif name in ("char", "binary", "bit"):
        arguments = arguments or ("1",)
    elif name in ("datetime", "timestamp", "time") and arguments == ("0",):
        arguments = ()
    zero_filled = ("unsigned", "zerofill") if "zerofill" in found.words else ()
    words = zero_filled or (("unsigned",) if "unsigned" in found.words else ())
    return _known(_Type((name, *words), arguments), _MYSQL)


def _of_a_size(name: str, length: int) -> str | None:
    """What MySQL makes of TEXT or BLOB with a length; None where that depends on the character set."""
    sizes = {
        next((kind for kind, size in _MYSQL_SIZES[name] if length * most < 256**size), None)
        for most in (1, _MOST_BYTES[name])
    }
    return sizes.pop() if len(sizes) == 1 else None


def _sqlite(text: str) -> _Type | None:
    """`_resolve_type_affinity` of SQLAlchemy's dialect: the declared name, or one with its affinity."""
    name, _, rest = text.partition("(")
    name = name.strip().lower()
    numbers = tuple(re.findall(r"\d+", rest.partition(")")[0]))
    if name in _SQLITE:
        name = _SQLITE[name]
    elif name == "jsonb":
        pass
    elif "int" in name:
        name = "integer"
    elif any(word in name for word in ("char", "clob", "text")):
        name = "text"
    elif "blob" in name or not name:
        return None
    else:
        name = "real" if any(word in name for word in ("real", "floa", "doub")) else "numeric"
    return _Type((name,), numbers if name in _SQLITE_WITH_ARGUMENTS else ())
