"""Reading Django projects: nothing is executed, and whatever the text is, no exception and no long wait."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemalint.config import Settings
from schemalint.frontends.django.read import read
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading
from schemalint.replay import build, replay
from schemalint.source import Sources
from tests.pages import all_sections
from tests.test_django_pages import PAGES, project_files

_SECTIONS = {str(section): project_files(section) for section in all_sections(PAGES)}
_WORDS = (
    *"class Migration Thing models migrations operations dependencies fields bases options def".split(),
    *"return import from django.db as if else for in lambda None True self Meta abstract proxy".split(),
    *"CreateModel AddField AlterField RenameField RemoveField RunSQL RunPython ForeignKey CharField".split(),
    *"indexes constraints Index UniqueConstraint Q unique_together 'a' 'shop.Thing' 1 9**9**9".split(),
    *"( ) [ ] { } , : . = == ** * + - | ~ @ # \n \n\n \t ; -> := f'{ '''".split(" "),
)
_DIALECTS: tuple[Dialect, ...] = ("postgresql", "cockroachdb", "mysql", "mariadb", "sqlite", "sqlserver")
_HEAD = "from django.db import migrations, models\n"


def _read(files: dict[str, str], dialect: Dialect = "postgresql") -> list[Reading]:
    readings = read(Sources.of(files), Settings(dialect=dialect))
    for reading in readings:
        if reading.side == "declared":
            build(reading.operations, reading.dialect)
        else:
            replay(reading.migrations, reading.dialect)
    return readings


# nothing is executed

_PLANTED = 'from pathlib import Path\n\nPath({path!r}).write_text("executed")\n'
_WHOLE = {
    "manage.py": "import django\n",
    "project/__init__.py": "",
    "project/settings.py": 'INSTALLED_APPS = ["shop"]\nDATABASES = {}\nAUTH_USER_MODEL = "shop.Customer"\n',
    "project/urls.py": "urlpatterns = []\n",
    "shop/__init__.py": "",
    "shop/apps.py": 'from django.apps import AppConfig\n\n\nclass Shop(AppConfig):\n    name = "shop"\n',
    "shop/fields.py": _HEAD + "\n\nclass Code(models.CharField):\n    pass\n",
    "shop/models.py": _HEAD
    + "from shop.fields import Code\n\n\nclass Customer(models.Model):\n    code = Code(max_length=9)\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": _HEAD
    + "import shop.models\n\n\nclass Migration(migrations.Migration):\n    operations = [\n"
    + '        migrations.CreateModel("Customer", [("id", models.AutoField(primary_key=True))])\n    ]\n',
    "conftest.py": "",
    "setup.py": "",
    "sitecustomize.py": "",
}


def test_nothing_of_the_project_is_executed(tmp_path: Path) -> None:
    project, traces = tmp_path / "project", tmp_path / "traces"
    traces.mkdir()
    for number, (path, text) in enumerate(_WHOLE.items()):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(_PLANTED.format(path=str(traces / f"{number}")) + text)
    for command in (["check", "--exit-zero", "."], ["schema", "--format", "json", "."]):
        done = subprocess.run(
            [sys.executable, "-m", "schemalint", *command],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "shop" in done.stdout or "2 tables" in done.stdout or "1 database" in done.stdout, done.stdout
    assert not list(traces.iterdir())
    exec(compile((project / "project/urls.py").read_text(), "urls.py", "exec"), {})
    assert list(traces.iterdir()), "what is planted does not work"


# any text


@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(_WORDS), max_size=60), dialect=st.sampled_from(_DIALECTS))
def test_any_words_are_read(words: list[str], dialect: Dialect) -> None:
    text = _HEAD + " ".join(words)
    _read({"shop/models.py": text, "shop/migrations/0001_initial.py": text}, dialect)


@pytest.mark.parametrize("name", _SECTIONS)
def test_a_project_cut_off_anywhere_is_read(name: str) -> None:
    files = _SECTIONS[name]
    generator = random.Random(name)
    for path, text in files.items():
        lines = text.splitlines(keepends=True)
        for _ in range(4):
            cut = generator.randrange(len(lines) + 1)
            _read({**files, path: "".join(lines[:cut])})
            _read({**files, path: text[: generator.randrange(len(text) + 1)]})


@pytest.mark.parametrize("name", _SECTIONS)
def test_a_project_with_words_exchanged_is_read(name: str) -> None:
    generator = random.Random(name)
    files = _SECTIONS[name]
    for _ in range(6):
        changed = {}
        for path, text in files.items():
            words = text.split(" ")
            for _ in range(2):
                one, other = generator.randrange(len(words)), generator.randrange(len(words))
                words[one], words[other] = words[other], words[one]
            changed[path] = " ".join(words)
        _read(changed, generator.choice(_DIALECTS))


# hostile text

_MANY = 3_000


def _migration(operations: str, head: str = "") -> str:
    return f"{_HEAD}{head}\n\nclass Migration(migrations.Migration):\n    operations = [{operations}]\n"


_CREATE = (
    'migrations.CreateModel("A", [("id", models.AutoField(primary_key=True)), ("a", models.IntegerField())])'
)

_HOSTILE: dict[str, dict[str, str]] = {
    "bases in a circle": {
        "a/models.py": f"{_HEAD}\nclass A(B, models.Model): pass\nclass B(C): pass\nclass C(A): pass\n"
    },
    "bases that import each other": {
        "a/models.py": "from b.models import B\nclass A(B): x = models.IntegerField()\n",
        "b/models.py": f"from a.models import A\n{_HEAD}class B(A, models.Model): pass\n",
    },
    "a lattice of bases": {
        "a/models.py": f"{_HEAD}class A0(models.Model): pass\nclass B0(models.Model): pass\n"
        + "".join(
            f"class A{n}(A{n - 1}, B{n - 1}): pass\nclass B{n}(A{n - 1}, B{n - 1}): pass\n"
            for n in range(1, 60)
        )
    },
    "a deep line of bases": {
        "a/models.py": f"{_HEAD}class A0(models.Model): pass\n"
        + "".join(f"class A{n}(A{n - 1}): pass\n" for n in range(1, 700))
    },
    "many models that refer to each other": {
        "a/models.py": _HEAD
        + "".join(
            f"class A{n}(models.Model):\n    a = models.ForeignKey('A{(n + 1) % 600}', models.CASCADE)\n"
            for n in range(600)
        )
    },
    "many fields": {
        "a/models.py": f"{_HEAD}class A(models.Model):\n"
        + "".join(f"    f{n} = models.IntegerField(db_index=True)\n" for n in range(_MANY))
    },
    "many to many of itself through itself": {
        "a/models.py": f"{_HEAD}class A(models.Model):\n    a = models.ManyToManyField('A', through='A')\n"
    },
    "keys that refer to each other as keys": {
        "a/models.py": _HEAD
        + "class A(models.Model):\n    b = models.OneToOneField('B', models.CASCADE, primary_key=True)\n"
        + "class B(models.Model):\n    a = models.OneToOneField('A', models.CASCADE, primary_key=True)\n"
    },
    "a constructor with a deep expression": {
        "a/models.py": f"{_HEAD}class F(models.CharField):\n    def __init__(self, **more):\n"
        "        self.x = 1\n        self.y = self.x" + " + self.x" * 900 + "\n"
        "        super().__init__(max_length=self.y" + " + 1" * 900 + ", **more)\n"
        "class A(models.Model):\n    f = F()\n"
    },
    "a constructor with many branches": {
        "a/models.py": f"{_HEAD}class F(models.CharField):\n    def __init__(self, a=None, **more):\n"
        + "".join(f"        if a[{n}]:\n            self.x{n} = more\n" for n in range(_MANY))
        + "        super().__init__(max_length=self.x1, **more)\n"
        "class A(models.Model):\n" + "".join(f"    f{n} = F()\n" for n in range(30))
    },
    "many changes of classes": {
        "a/models.py": f"{_HEAD}class A(models.Model):\n    a = models.IntegerField()\n"
        + "A._meta.get_field('a').null = True\n" * _MANY
        + "".join(f"A.add_to_class('b{n}', models.IntegerField())\n" for n in range(_MANY))
        + "def f(m, n):\n    m.add_to_class(n, 1)\n" * _MANY
    },
    "names unpacked from names": {
        "a/models.py": f"{_HEAD}def pair(x):\n    return x, x\n\n\nclass A(models.Model):\n    a0 = b0 = 1\n"
        + "".join(f"    a{n}, b{n} = pair((a{n - 1}, b{n - 1}))\n" for n in range(1, 60))
    },
    "a function within a function within a function": {
        "a/migrations/0001_initial.py": _migration(
            "f()",
            "def f():\n    def g():\n        return f()\n    def h():\n        return g()\n"
            "    return migrations.RunPython(g, f())",
        )
    },
    "nested too deeply": {"a/models.py": _HEAD + "x = " + "(" * 5_000 + ")" * 5_000},
    "a chain too long": {"a/models.py": _HEAD + "x = models" + ".a" * 20_000 + "\n"},
    "operators too many": {"a/models.py": _HEAD + "x = 1" + " + 1" * 20_000 + "\n"},
    "numbers too large": {
        "a/models.py": _HEAD + "N = 9 ** 9 ** 9\nT = 'x' * 10 ** 12\nL = [0] * 10 ** 12\n"
        "class A(models.Model):\n    a = models.CharField(max_length=N, db_column=T)\n"
    },
    "text that doubles": {
        "a/models.py": _HEAD
        + "a0 = 'xxxxxxxx'\n"
        + "".join(f"a{n + 1} = a{n} + a{n}\n" for n in range(60))
        + "class A(models.Model):\n    class Meta:\n        db_table = a60\n"
    },
    "functions that call themselves": {
        "a/models.py": _HEAD + "def f(n): return [f(n + 1), f(n + 1)]\n"
        "class A(models.Model):\n    a = f(0)\n    b = models.CharField(**f(1))\n"
    },
    "loops without an end": {
        "a/migrations/0001_initial.py": _migration(
            "*[migrations.AddField('a', f'{i}{j}', models.IntegerField()) "
            "for i in range(10 ** 6) for j in range(10 ** 6)]"
        )
    },
    "dependencies in a circle": {
        f"a/migrations/{n:04}.py": _HEAD
        + "class Migration(migrations.Migration):\n"
        + f"    dependencies = [('a', '{(n + 1) % 50:04}')]\n    run_before = [('a', '{(n + 1) % 50:04}')]\n"
        for n in range(50)
    },
    "squashed ones that replace each other": {
        f"a/migrations/{n:04}.py": _HEAD
        + "class Migration(migrations.Migration):\n"
        + f"    replaces = [('a', '{(n + 1) % 9:04}'), ('a', '{n:04}')]\n    operations = [{_CREATE}]\n"
        for n in range(9)
    },
    "a long line of migrations": {
        f"a/migrations/{n:04}.py": _HEAD
        + "class Migration(migrations.Migration):\n"
        + f"    dependencies = [('a', '{n - 1:04}')]\n"
        + f"    operations = [migrations.AddField('a', 'f{n}', models.IntegerField(null=True))]\n"
        for n in range(1, 700)
    },
    "many operations": {
        "a/migrations/0001_initial.py": _migration(
            f"{_CREATE}, "
            + ", ".join(
                f"migrations.AddIndex('A', models.Index(fields=['a'], name='i{n}'))" for n in range(_MANY)
            )
        )
    },
    "operations nested in operations": {
        "a/migrations/0001_initial.py": _migration("migrations.SeparateDatabaseAndState([" * 80 + "])" * 80)
    },
    "fields renamed back and forth": {
        "a/migrations/0001_initial.py": _migration(
            f"{_CREATE}, "
            + "migrations.RenameField('a', 'a', 'b'), migrations.RenameField('a', 'b', 'a'), " * 700
        )
    },
    "models renamed onto each other": {
        "a/migrations/0001_initial.py": _migration(
            f"{_CREATE}, migrations.RenameModel('A', 'B'), migrations.RenameModel('B', 'B'), "
            "migrations.RenameModel('C', 'A'), migrations.DeleteModel('A'), migrations.DeleteModel('B')"
        )
    },
    "what is not there": {
        "a/migrations/0001_initial.py": _migration(
            "migrations.RemoveField('x', 'y'), migrations.AlterField('x', 'y', models.IntegerField()), "
            "migrations.RenameField('x', 'y', 'z'), migrations.RemoveIndex('x', 'y'), "
            "migrations.RemoveConstraint('x', 'y'), migrations.AlterUniqueTogether('x', {('y',)}), "
            "migrations.AlterIndexTogether('x', {('y',)}), migrations.AlterModelTable('x', 'y'), "
            "migrations.AlterOrderWithRespectTo('x', 'y'), migrations.RenameIndex('x', 'y', 'z'), "
            "migrations.AddIndex('x', models.Index(fields=['y'])), migrations.AddField('x', 'y', None), "
            "migrations.CreateModel(), migrations.RunSQL(), migrations.RunPython(), 1, None, ..."
        )
    },
    "arguments of other types": {
        "a/migrations/0001_initial.py": _migration(
            "migrations.CreateModel('A', [('id',), 1, ('x', 2), (3, models.IntegerField())], options=4), "
            "migrations.CreateModel(5, 6, 7, 8), migrations.AddField('A', 9, models.IntegerField(null=10)), "
            "migrations.AlterUniqueTogether('A', [[1], {}, None]), "
            "migrations.AddIndex('A', models.Index(fields=[1, None], name=2)), "
            "migrations.AddConstraint('A', models.UniqueConstraint(fields=3, name=4)), "
            "migrations.RunSQL([1, (2, 3), ('SELECT', 4)], {}), "
            "migrations.AlterField('A', 'x', models.ForeignKey(1, 2, to_field=3, db_column=4))"
        )
    },
    "SQL that is no SQL": {
        "a/migrations/0001_initial.py": _migration("migrations.RunSQL('(' * 50000 + ';' * 50000)")
    },
    "settings without an end": {
        **{f"a/conf{n}.py": "X = 1\nwhile True:\n    X += 1\n" for n in range(300)},
        "a/models.py": "".join(f"from a import conf{n}\n" for n in range(300))
        + f"{_HEAD}class A(models.Model):\n"
        + "".join(f"    f{n} = models.CharField(max_length=conf{n}.X)\n" for n in range(300)),
    },
    "settings that grow": {
        "a/conf.py": "X, Y = [1], 'a'\nfor n in range(99):\n    X += X\nfor n in range(99):\n    Y = Y + Y\n",
        "a/models.py": f"from a import conf\n{_HEAD}class A(models.Model):\n"
        "    a = models.CharField(max_length=len(conf.X), db_column=conf.Y)\n",
    },
    "settings that ask for themselves": {
        "a/conf.py": "from django.conf import settings\nfrom a.more import Y\n"
        "settings.A = settings.B\nsettings.B = settings.A\nX = settings.A\nfor n in X:\n    X = Y\n",
        "a/more.py": "from a.conf import X\nY = X\nfor n in Y:\n    Y = X\n",
        "a/models.py": f"from a import conf\n{_HEAD}class A(models.Model):\n"
        "    a = models.CharField(max_length=conf.X)\n",
    },
    "NUL and broken text": {
        "a/models.py": _HEAD + "\x00class A(models.Model): pass\n",
        "b/models.py": "\ufeff",
    },
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_projects_take_no_time(name: str) -> None:
    started = time.process_time()
    _read(_HOSTILE[name])
    assert time.process_time() - started < 10


def test_invalid_utf_8_is_said() -> None:
    sources = Sources(
        ["a/models.py", "b/models.py"], lambda path: b"\xff\xfe django" if path[0] == "a" else b""
    )
    read(sources, Settings())
