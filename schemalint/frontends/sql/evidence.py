"""What the words of SQL say about the database that it is written for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from schemalint.frontends.sql.lexer import lex

_ENOUGH = 8
_CLEAR = 3
_LEAST = 2
_MOST_CHARACTERS = 200_000

_WORDS: dict[str, tuple[tuple[str, int], ...]] = {}
"""What a word is evidence of, and how strong; each counts once a file."""


def _says(database: str, weight: int, words: str) -> None:
    for word in words.split():
        _WORDS[word] = (*_WORDS.get(word, ()), (database, weight))


_says("mysql", 5, "AUTO_INCREMENT UTF8MB4 UTF8MB3")
_says(
    "mysql", 4, "MEDIUMTEXT LONGTEXT TINYTEXT MEDIUMBLOB LONGBLOB TINYBLOB MEDIUMINT INNODB MYISAM UNSIGNED"
)
_says("mysql", 3, "CHARSET FULLTEXT ZEROFILL VARBINARY")
_says("mysql", 2, "TINYINT ` ENUM")
_says("mysql", 1, "DATETIME BLOB DELIMITER")
_says("sqlite", 6, "AUTOINCREMENT PRAGMA SQLITE_MASTER SQLITE_SCHEMA SQLITE_SEQUENCE FTS5 FTS4 FTS3")
_says("sqlite", 5, "ROWID STRFTIME UNIXEPOCH JULIANDAY RANDOMBLOB")
_says("sqlite", 2, "GLOB STRICT JSON_VALID")
_says("sqlite", 1, "DATETIME BLOB `")
_says("postgresql", 5, "GEN_RANDOM_UUID UUID_GENERATE_V4 PG_CATALOG PLPGSQL PGCRYPTO")
_says(
    "postgresql",
    4,
    "TIMESTAMPTZ BYTEA CONCURRENTLY BIGSERIAL SMALLSERIAL REGCLASS NEXTVAL CITEXT TSVECTOR ILIKE HSTORE"
    " TO_TSVECTOR SETVAL JSONB_BUILD_OBJECT UNNEST TEXT_PATTERN_OPS NUMRANGE TSTZRANGE",
)
_says("postgresql", 3, ":: JSONB GIN GIST BRIN SEARCH_PATH INET CIDR INT8 INT4 FLOAT8")
_says("postgresql", 2, "SERIAL OWNED ARRAY ONLY @>")
_says("postgresql", 1, "RETURNING UUID OWNER")
_says("SQL Server", 6, "UNIQUEIDENTIFIER DATETIME2 NONCLUSTERED SYSDATETIME DATETIMEOFFSET SYSUTCDATETIME")
_says("SQL Server", 4, "NVARCHAR GETDATE DBO GETUTCDATE NEWID")
_says("SQL Server", 2, "GO")
_says("Oracle", 6, "VARCHAR2 NVARCHAR2 SYSTIMESTAMP")
_says("Oracle", 3, "SYSDATE CLOB")
_says(
    "ClickHouse",
    6,
    "MERGETREE REPLICATEDMERGETREE REPLACINGMERGETREE SUMMINGMERGETREE AGGREGATINGMERGETREE LOWCARDINALITY"
    " DATETIME64 REPLICATEDREPLACINGMERGETREE",
)
_says("Cassandra", 6, "KEYSPACE")
_says("Snowflake", 5, "TIMESTAMP_NTZ TIMESTAMP_LTZ")
_says("BigQuery", 5, "FLOAT64 INT64")

_PAIRS: dict[tuple[str, str], tuple[str, int]] = {
    ("ENGINE", "="): ("mysql", 5),
    ("MODIFY", "COLUMN"): ("mysql", 4),
    ("CHANGE", "COLUMN"): ("mysql", 4),
    ("CREATE", "TYPE"): ("postgresql", 3),
    ("CREATE", "EXTENSION"): ("postgresql", 5),
    ("CREATE", "DOMAIN"): ("postgresql", 3),
    ("CREATE", "POLICY"): ("postgresql", 5),
    ("AS", "ENUM"): ("postgresql", 3),
    ("TIME", "ZONE"): ("postgresql", 3),
    ("COMMENT", "ON"): ("postgresql", 3),
    ("SET", "LOCAL"): ("postgresql", 3),
    ("INSERT", "OR"): ("sqlite", 5),
    ("WITHOUT", "ROWID"): ("sqlite", 6),
    ("TEXT", "PRIMARY"): ("sqlite", 1),
    ("INTEGER", "PRIMARY"): ("sqlite", 2),
    ("TIMESTAMP", "INTEGER"): ("sqlite", 2),
    ("IDENTITY", "("): ("SQL Server", 4),
    ("NUMBER", "("): ("Oracle", 3),
}
_FIRST_OF_PAIRS = frozenset(first for first, _ in _PAIRS)


def _scores(text: str) -> tuple[Counter[str], dict[str, list[str]]]:
    """The weight of the evidence in one text for each database, and the words that make it."""
    tokens = lex(text, "postgresql")
    words = tokens.words
    present = set(words)
    scores: Counter[str] = Counter()
    said: dict[str, list[str]] = {}
    for word in _WORDS.keys() & present:
        for database, weight in _WORDS[word]:
            scores[database] += weight
            if weight > 1:
                said.setdefault(database, []).append(word)
    if not _FIRST_OF_PAIRS.isdisjoint(present):
        for pair in set(pairwise(words)) & _PAIRS.keys():
            database, weight = _PAIRS[pair]
            scores[database] += weight
            said.setdefault(database, []).append(" ".join(pair))
    for first, second in pairwise(words):
        if second == "INTEGER" and first.endswith("_AT"):  # a moment that is counted
            scores["sqlite"] += 2
            said.setdefault("sqlite", []).append(f"{first.lower()} integer")
            break
    if "$" in text and any(word[0] == "$" and len(word) > 3 and not word[1].isdigit() for word in present):
        scores["postgresql"] += 4
        said.setdefault("postgresql", []).append("$$")
    return scores, said


def named_by_words(texts: Iterable[str]) -> tuple[str, list[str]] | None:
    """The database that the words of some texts are most for, and the words that say so; None if none is.

    Reads on only until it is clear.
    """
    total: Counter[str] = Counter()
    words: dict[str, Counter[str]] = {}
    left = _MOST_CHARACTERS
    for text in texts:
        left -= len(text)
        scores, said = _scores(text[: left + len(text)])
        total.update(scores)
        for database, found in said.items():
            words.setdefault(database, Counter()).update(found)
        ranked = total.most_common(2)
        second = ranked[1][1] if len(ranked) > 1 else 0
        if left <= 0 or (ranked and ranked[0][1] >= _ENOUGH and ranked[0][1] >= _CLEAR * second):
            break
    # PostgreSQL wins a tie, as it would win without any evidence
    best = max(total, key=lambda name: (total[name], name == "postgresql"), default=None)
    if best is None or total[best] < _LEAST:
        return None
    strongest = sorted(words.get(best, {}), key=lambda word: (-_weight(word, best), -words[best][word], word))
    return best, strongest[:3]


def _weight(word: str, database: str) -> int:
    return next((weight for named, weight in _WORDS.get(word, ()) if named == database), 3)
