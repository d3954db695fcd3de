"""Finding files: what is read, what is left out, and what a hostile tree can do (nothing)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from schemalint.discover import Discovered, discover
from schemalint.project import loader, prefix, project_root, repository_root
from schemalint.source import UnreadableFile

SUFFIXES = (".prisma", ".sql", ".py", "alembic.ini")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names or files")


def tree(root: Path, *names: str, **contents: str) -> None:
    """Make files with these names, empty ones unless a content is given as `name=content`."""
    for name in (*names, *contents):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents.get(name, ""))


def found(root: Path, *paths: str, exclude: Iterable[str] = ()) -> list[str]:
    """The files found at or below some paths, or in all of it; there are no problems."""
    discovered = everything(root, *paths, exclude=exclude)
    assert [str(problem) for problem in discovered.problems] == []
    return discovered.paths


def everything(root: Path, *paths: str, exclude: Iterable[str] = ()) -> Discovered:
    return discover(root, [root / path for path in paths or (".",)], exclude, SUFFIXES)


def test_files_by_their_endings(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "schema.prisma",
        "a/1.sql",
        "a/alembic.ini",
        "a/notes.md",
        "b.prisma/x.txt",
        "b.prisma/y.sql",
    )
    assert found(tmp_path) == ["a/1.sql", "a/alembic.ini", "b.prisma/y.sql", "schema.prisma"]
    assert found(tmp_path, "a", "a/1.sql", "schema.prisma") == ["a/1.sql", "a/alembic.ini", "schema.prisma"]
    assert found(tmp_path, "a/notes.md") == []


def test_installed_packages_and_caches_are_left_out(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "node_modules/x/schema.prisma",
        "env/pyvenv.cfg",
        "env/lib/models.py",
        "conda/conda-meta/history",
        "conda/lib/models.py",
        "rust/CACHEDIR.TAG",
        "rust/1.sql",
        "go/vendor/modules.txt",
        "go/vendor/github.com/x/1.sql",
        "php/vendor/autoload.php",
        "php/vendor/x/1.sql",
        "apps/vendor/models.py",
        "__pycache__/x.py",
        "kept.py",
    )
    assert found(tmp_path) == ["apps/vendor/models.py", "kept.py"]


def test_what_is_asked_for_is_read(tmp_path: Path) -> None:
    tree(tmp_path, "env/pyvenv.cfg", "env/lib/site-packages/app/models.py", "dist/migrations/1.sql", "x.sql")
    tree(tmp_path, **{".gitignore": "dist/\nenv/\n"})
    assert found(tmp_path) == ["x.sql"]
    assert found(tmp_path, "env") == []
    assert found(tmp_path, "env/lib/site-packages/app") == ["env/lib/site-packages/app/models.py"]
    assert found(tmp_path, "dist/migrations") == ["dist/migrations/1.sql"]
    assert found(tmp_path, "dist/migrations/1.sql") == ["dist/migrations/1.sql"]
    assert found(tmp_path / "dist") == ["migrations/1.sql"]


def test_a_build_s_copies_are_left_out_and_what_only_a_build_has_is_read(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "one/migrations/1_init/migration.sql",
        "one/dist/migrations/1_init/migration.sql",
        "one/dist/migrations/2_more/migration.sql",
        "two/dist/migrations/1_init/migration.sql",
        "build/lib/app/models.py",
        "src/app/models.py",
    )
    assert found(tmp_path) == [
        "one/dist/migrations/2_more/migration.sql",
        "one/migrations/1_init/migration.sql",
        "src/app/models.py",
        "two/dist/migrations/1_init/migration.sql",
    ]


def test_gitignore_nested_and_negated(tmp_path: Path) -> None:
    tree(
        tmp_path,
        *("a.sql", "keep.sql", "gone/keep.sql", "sub/a.sql", "sub/b.sql", "sub/deep/b.sql", "sub/deep/c.py"),
        **{
            ".gitignore": "*.sql\n!keep.sql\n/gone/\n",
            "sub/.gitignore": "!*.sql\nb.sql\n",
            "sub/deep/.gitignore": "!b.sql\n*.py\n",
        },
    )
    assert found(tmp_path) == ["keep.sql", "sub/a.sql", "sub/deep/b.sql"]
    assert found(tmp_path, "sub/deep") == ["sub/deep/b.sql"]


def test_ignore_files_above_the_root(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    tree(tmp_path, *("apps/api/a.sql", "apps/api/b.sql", "apps/api/c.sql", "apps/api/d.sql"))
    tree(tmp_path, **{".gitignore": "apps/api/a.sql\nd.sql\n", "apps/.gitignore": "/api/b.sql\n!d.sql\n"})
    (tmp_path / ".git/info/exclude").write_text("/apps/*/c.sql\n")
    assert found(tmp_path / "apps/api") == ["d.sql"]


def test_git_agrees_on_a_work_tree(tmp_path: Path) -> None:
    repository, tree_path = tmp_path / "repository", tmp_path / "tree"
    run = ["git", "-C", str(repository), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    tree(repository, "a.sql", "b.sql")
    subprocess.run([*run, "add", "."], check=True)
    subprocess.run([*run, "commit", "-q", "-m", "x"], check=True)
    subprocess.run([*run, "worktree", "add", "-q", str(tree_path)], check=True, capture_output=True)
    (repository / ".git/info/exclude").write_text("b.sql\n")
    assert found(tree_path) == ["a.sql"]


def test_exclude_holds_for_what_is_asked_for_too(tmp_path: Path) -> None:
    tree(tmp_path, "legacy/1.sql", "legacy/old/2.sql", "db/1.sql")
    exclude = ["legacy/", "!legacy/old/"]
    assert found(tmp_path, exclude=exclude) == ["db/1.sql"]
    assert found(tmp_path, "legacy/1.sql", exclude=exclude) == []
    assert found(tmp_path, "legacy/old", exclude=exclude) == []


@posix
def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    tree(root, "db/1.sql")
    tree(tmp_path, "outside/2.sql")
    for name, target in {"loop": ".", "db/up": "..", "out": "../outside", "in": "db"}.items():
        (root / name).symlink_to(target, target_is_directory=True)
    (root / "3.sql").symlink_to("../outside/2.sql")
    (root / "4.sql").symlink_to("db/1.sql")
    (root / "5.sql").symlink_to("nowhere")
    assert found(root) == ["db/1.sql"]
    assert found(root, "in") == ["db/1.sql"]
    assert found(root, "4.sql") == ["db/1.sql"]
    for path in ("out", "3.sql"):
        assert [problem.reason for problem in everything(root, path).problems] == ["it is not in the project"]


def test_missing_and_foreign_paths_are_problems(tmp_path: Path) -> None:
    tree(tmp_path, "root/1.sql", "2.sql")
    discovered = everything(tmp_path / "root", "gone.sql", "../2.sql", ".")
    assert discovered.paths == ["1.sql"]
    assert [problem.reason for problem in discovered.problems] == [
        "there is no such file or folder",
        "it is not in the project",
    ]


def test_a_folder_that_can_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "secret/1.sql", "2.sql")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("secret"):  # root may list everything
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    discovered = everything(tmp_path)
    assert discovered.paths == ["2.sql"]
    assert [str(problem) for problem in discovered.problems] == ["secret: Permission denied"]


@posix
def test_names_that_are_hard_to_write(tmp_path: Path) -> None:
    for name in (b"a\nb.sql", b"\xff\xfe.sql", b"\x1b[2J.sql", "größe 漢.sql".encode()):
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).write_bytes(name)
    paths = found(tmp_path)
    assert len(paths) == 4
    load = loader(tmp_path)
    assert {load(path) for path in paths} == {os.fsencode(path) for path in paths}


def test_ten_thousand_levels_are_no_recursion(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder /= "d"
    folder.mkdir(parents=True)
    tree(folder, "1.sql")
    assert found(tmp_path) == ["d/" * 300 + "1.sql"]


def test_a_project_begins_where_its_configuration_or_repository_does(tmp_path: Path) -> None:
    tree(
        tmp_path, "repository/.git/HEAD", "repository/apps/api/db/1.sql", "repository/apps/web/schema.prisma"
    )
    repository = tmp_path / "repository"
    api, web = repository / "apps/api", repository / "apps/web"
    assert project_root([api / "db/1.sql"]) == repository
    tree(api, **{"pyproject.toml": '[project]\nname = "schemalint-demo"\n'})
    assert project_root([api / "db/1.sql"]) == repository
    tree(api, **{"pyproject.toml": "[tool.schemalint]\n"})
    assert project_root([api / "db/1.sql"]) == api
    assert project_root([api / "db", web]) == repository
    tree(repository / "apps", "schemalint.toml")
    assert project_root([api / "db", web]) == repository / "apps"
    assert project_root([web / "missing.prisma"]) == repository / "apps"
    assert repository_root(api) == repository
    tree(api, **{"pyproject.toml": "tool.schemalint = [\n[tool.schemalint]\n"})
    assert project_root([api]) == api


def test_without_either_it_is_the_folder_that_the_paths_have_in_common(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "home/.git/HEAD", "home/x/a/1.sql", "home/x/b/2.sql")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert project_root([tmp_path / "home/x/a/1.sql", tmp_path / "home/x/b"]) == tmp_path / "home/x"
    assert project_root([tmp_path / "home/x/a/1.sql"]) == tmp_path / "home/x/a"
    assert project_root([tmp_path / "home"]) == tmp_path / "home"


def test_prefixes_of_paths(tmp_path: Path) -> None:
    assert prefix(tmp_path, tmp_path) == ""
    assert prefix(tmp_path / "apps/api", tmp_path) == "apps/api/"
    assert prefix(tmp_path, tmp_path / "apps") == "../"


@posix
def test_only_regular_files_within_the_project_are_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    tree(root, "folder.sql/x", **{"ok.sql": "select 1", "large.sql": "x" * 101})
    tree(tmp_path, "outside.sql", "outside/x.sql")
    os.mkfifo(root / "pipe.sql")
    (root / "out.sql").symlink_to("../outside.sql")
    (root / "out").symlink_to("../outside", target_is_directory=True)
    (root / "in.sql").symlink_to("ok.sql")
    (root / "null.sql").symlink_to("/dev/null")
    load = loader(root, largest=100)
    assert load("ok.sql") == load("in.sql") == b"select 1"
    reasons = {}
    for path in ("folder.sql", "large.sql", "pipe.sql", "out.sql", "out/x.sql", "null.sql", "../outside.sql"):
        with pytest.raises(UnreadableFile) as raised:
            load(path)
        reasons[path] = raised.value.reason
    link = "it is behind a link that leads out of the project"
    assert reasons == {
        "folder.sql": "it is a folder",
        "large.sql": "it is larger than 0.0001 MB",
        "pipe.sql": "it is a named pipe",
        **dict.fromkeys(("out.sql", "out/x.sql", "null.sql", "../outside.sql"), link),
    }
    with pytest.raises(FileNotFoundError):
        load("gone.sql")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a socket in the file system")
def test_sockets_and_devices(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        folder = Path.cwd()
        os.chdir(tmp_path)  # the name of a socket is short
        try:
            server.bind("s.sql")
        finally:
            os.chdir(folder)
        with pytest.raises((UnreadableFile, OSError)):
            loader(tmp_path)("s.sql")
    with pytest.raises(UnreadableFile, match="a device"):
        loader(Path("/dev"))("null")
