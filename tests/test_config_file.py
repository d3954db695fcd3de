"""Settings from files: what is read, and what is said where a file is wrong (`config_errors.md`)."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemalint.config import DatabaseSettings, Settings
from schemalint.config.file import ConfigurationError, load
from schemalint.config.toml_places import Places
from tests.pages import Section, sections

RULES = {
    "missing-foreign-key-index": "index",
    "redundant-index": "index",
    "missing-rollback": "rollback",
    "unreadable": "reading",
}
PAGE = list(sections(Path(__file__).with_name("config_errors.md")))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("section", PAGE, ids=str)
def test_page(project: Path, section: Section) -> None:
    file, expected = section.fences
    (project / file.path).write_text(file.text, encoding="utf-8")
    try:
        load(project, RULES)
        said = "fine\n"
    except ConfigurationError as error:
        said = f"{error}\n"
    assert said == expected.text


def test_every_setting(project: Path) -> None:
    (project / "schemalint.toml").write_text(
        """
        select = ["index", "missing-rollback"]
        ignore = ["redundant-index"]
        severity = { index = "error", missing-rollback = "info" }
        fail-on = "error"
        dialect = "mysql"
        exclude = ["legacy/", "*.sql"]
        rollback = "required"
        [databases."./apps/api/"]
        dialect = "sqlite"
        [databases."."]
        rollback = "off"
        """
    )
    settings = load(project, RULES)
    assert settings == Settings(
        select=("index", "missing-rollback"),
        ignore=("redundant-index",),
        severity={"index": "error", "missing-rollback": "info"},
        fail_on="error",
        dialect="mysql",
        exclude=("legacy/", "*.sql"),
        rollback="required",
        databases={"apps/api": DatabaseSettings(dialect="sqlite"), "": DatabaseSettings(rollback="off")},
    )
    assert settings.dialect_of("apps/api/schema.prisma") == "sqlite"
    assert settings.dialect_of("apps/api") == "sqlite"
    assert settings.dialect_of("apps/apis/x") == "mysql"
    assert settings.rollback_of("anywhere/x") == settings.rollback_of("apps/api/x") == "off"


def test_every_setting_has_a_key() -> None:
    from schemalint.config.file import _DATABASE_KEYS, _KEYS

    for keys, settings in ((_KEYS, Settings), (_DATABASE_KEYS, DatabaseSettings)):
        assert sorted(keys) == sorted(field.replace("_", "-") for field in settings.__struct_fields__)


def test_where_settings_come_from(project: Path) -> None:
    assert load(project, RULES) == Settings()
    (project / "pyproject.toml").write_text('[project]\nname = "schemalint-example"\n')
    assert load(project, RULES) == Settings()
    (project / "pyproject.toml").write_bytes(b'\xef\xbb\xbf[tool.schemalint]\r\nfail-on = "error"\r\n')
    assert load(project, RULES).fail_on == "error"
    (project / "schemalint.toml").write_text('fail-on = "info"')
    assert load(project, RULES).fail_on == "info"
    (project / "schemalint.toml").write_text("")
    assert load(project, RULES) == Settings()


def said_of(project: Path, content: bytes) -> str:
    (project / "schemalint.toml").write_bytes(content)
    with pytest.raises(ConfigurationError) as raised:
        load(project, RULES)
    return str(raised.value)


def test_content_that_is_no_toml(project: Path) -> None:
    assert said_of(project, b'fail-on = "\xff"') == "schemalint.toml:1:12: this is not UTF-8"
    assert said_of(project, b"a = " + b"[" * 5000) == "schemalint.toml: it is nested too deeply"
    assert said_of(project, b"a = " + b"9" * 5000).startswith("schemalint.toml:1:")
    assert said_of(project, b"x" * 10_000_001) == "schemalint.toml: can't be read: it is larger than 10 MB"
    escaped = said_of(project, '"\u202e\\u001b[2J" = 1'.encode())
    assert escaped == r'schemalint.toml:1:1: unknown key "\u202e\x1b[2J"'


def test_a_file_that_the_system_refuses(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "schemalint.toml").touch()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # root may read everything
    with pytest.raises(ConfigurationError, match="can't be read: Permission denied"):
        load(project, RULES)


_KEYS = st.text("ab.\"' \\#=[]{}é", min_size=0, max_size=3)
_DOCUMENTS = st.recursive(
    st.integers(0, 9) | st.text("ab\"'\n]},#\\", max_size=4) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


def _written(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_string(key)} = {_written(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[ # ]\n" + ", ".join(map(_written, value)) + "\n]"
    return _string(value) if isinstance(value, str) else str(value).lower()


def _string(text: str) -> str:
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@given(st.dictionaries(_KEYS, _DOCUMENTS, max_size=3), st.dictionaries(_KEYS, _DOCUMENTS, max_size=3))
def test_places_are_those_of_the_values(top: dict[str, object], table: dict[str, object]) -> None:
    """What stands at each place, read alone, is the value."""
    text = "".join(f"{_string(key)} = {_written(value)} # = 1\n" for key, value in top.items())
    text += "[[x.y]]\n[[ x . 'y' ]] # [z]\n" if "x" not in top else ""
    text += "".join(f"{_string(key)} = {_written(value)}\n" for key, value in table.items() if "x" not in top)
    document = tomllib.loads(text)
    places = Places(text)
    for path, offset in places.values.items():
        value = document
        for step in path:
            value = value[step]  # type: ignore[index]
        rest = text[offset:]
        assert rest.startswith(_written(value)), path
    expected = set(_paths(top, ()))
    if "x" not in top:
        expected |= set(_paths(table, ("x", "y", 1)))
    assert set(places.values) == expected


def _paths(value: object, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, item in items:
        found += [(*path, key), *_paths(item, (*path, key))]
    return found
