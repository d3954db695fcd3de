"""Alembic environments: folders with an `env.py`, the revisions of each, and what its ini file says."""

from __future__ import annotations

import re
from posixpath import dirname, normpath

from msgspec import Struct

from schemalint.frontends.alembic.revisions import Revision
from schemalint.frontends.sqlalchemy_constructs.dialect_choice import read_ini
from schemalint.source import Sources, UnreadableFile

_SEPARATORS = re.compile(r"[,;:\s]+")


class Environment(Struct, frozen=True, eq=False, kw_only=True):
    """An environment: its folder (that of `env.py`, or of the revisions where there is none).

    `urls` are the literal `sqlalchemy.url`s by the name of the section that they stand in ("" for the main
    one); `databases` are the names of a multi-database environment.
    """

    folder: str
    env: str | None
    revisions: tuple[Revision, ...]
    urls: dict[str, str]
    databases: tuple[str, ...]


def environments(sources: Sources, revisions: list[Revision]) -> list[Environment]:
    """The environments that the revisions belong to, each with its revisions in the order of their files."""
    envs = {dirname(path): path for path in sources.paths if path.rpartition("/")[2] == "env.py"}
    settings = _ini_settings(sources)
    places = {place: folder for folder, ini in settings.items() for place in _version_locations(ini, folder)}
    grouped: dict[str, list[Revision]] = {}
    for revision in revisions:
        grouped.setdefault(_folder_of(revision, envs, places), []).append(revision)
    found = []
    for folder, members in grouped.items():
        ini = settings.get(folder, {})
        names = tuple(name for name in _SEPARATORS.split(ini.get("databases", "")) if name)
        urls = {key.partition("|")[2]: value for key, value in ini.items() if key.startswith("url|")}
        found += [
            Environment(folder=folder, env=envs.get(folder), revisions=tuple(one), urls=urls, databases=names)
            for one in _linked_folders(members)
        ]
    return found


def _linked_folders(revisions: list[Revision]) -> list[list[Revision]]:
    """The revisions by folder, folders together whose revisions follow each other.

    A project may keep a history for each database beside each other, even with the same ids; those whose
    parents are all in their own folder stand for themselves.
    """
    folders: dict[str, list[Revision]] = {}
    for revision in revisions:
        folders.setdefault(dirname(revision.path), []).append(revision)
    known = {folder: {revision.id for revision in members} for folder, members in folders.items()}
    home = {folder: folder for folder in folders}
    for folder, members in folders.items():
        missing = {parent for revision in members for parent in revision.parents} - known[folder]
        for other in folders:
            if other != folder and missing & known[other]:
                old, new = home[folder], home[other]
                home = {name: new if there == old else there for name, there in home.items()}
    together: dict[str, list[Revision]] = {}
    for folder, members in folders.items():
        together.setdefault(home[folder], []).extend(members)
    return list(together.values())


def _folder_of(revision: Revision, envs: dict[str, str], places: dict[str, str]) -> str:
    """The folder of the environment: as an ini file says, or the nearest above with an `env.py`."""
    folder = dirname(revision.path)
    if folder in places:
        return places[folder]
    above = folder
    while True:
        if above in envs:
            return above
        if not above:
            break
        above = dirname(above)
    return dirname(folder) if folder.rpartition("/")[2] in ("versions", "revisions") else folder


def _ini_settings(sources: Sources) -> dict[str, dict[str, str]]:
    """What the ini files say, by the folder that is their `script_location`."""
    found: dict[str, dict[str, str]] = {}
    for path in sources.ending(".ini"):
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            continue
        if b"script_location" not in data and b"[alembic" not in data:
            continue
        parser = read_ini(data.decode("utf-8", "replace"))
        for section in parser.sections():
            options = {key: value or "" for key, value in parser.items(section)}
            if "script_location" not in options and not section.startswith("alembic"):
                continue
            location = _location(options.get("script_location", "."), dirname(path))
            said = found.setdefault(location, {})
            said.update(
                {key: value for key, value in options.items() if key in ("databases", "version_locations")}
            )
            said["here"] = dirname(path)
            if "sqlalchemy.url" in options:
                said["url|"] = options["sqlalchemy.url"]
            for name in _SEPARATORS.split(options.get("databases", "")):
                if name and parser.has_option(name, "sqlalchemy.url"):
                    said[f"url|{name}"] = parser.get(name, "sqlalchemy.url") or ""
    return found


def _location(text: str, here: str) -> str:
    """A `script_location` as a folder of the project: relative to the ini file, or `package:folder`."""
    text = text.strip().replace("%(here)s", ".")
    if ":" in text:
        text = text.replace(":", "/")
        folder = normpath(text)
    else:
        folder = normpath(f"{here}/{text}" if here else text)
    return "" if folder == "." else folder


def _version_locations(ini: dict[str, str], folder: str) -> list[str]:
    listed = ini.get("version_locations", "")
    here = ini.get("here", "")
    texts = re.split(r"[,;\s]+|:(?!/)", listed.replace("%(here)s", "."))
    return [normpath(f"{here}/{text}" if here else text) for text in texts if text]
