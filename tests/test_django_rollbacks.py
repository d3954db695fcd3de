"""Django undone: names that Django invents do not count, and the tables of other packages are there."""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.frontends.django.read import read
from schemalint.replay import replay
from schemalint.rollback.verdicts import Rollback, rollbacks
from schemalint.source import Sources

_HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
_INITIAL = f"""{_HEAD}
    operations = [
        migrations.CreateModel(
            "Thing",
            [
                ("id", models.AutoField(primary_key=True)),
                ("a", models.IntegerField()),
                ("unique", models.CharField(max_length=5, unique=True)),
                ("positive", models.PositiveIntegerField()),
                ("user", models.ForeignKey("auth.User", models.CASCADE)),
                ("parent", models.ForeignKey("self", models.CASCADE)),
            ],
            {{"indexes": [models.Index(fields=["a"], name="written")]}},
        ),
    ]
"""


def _last(operations: str, *, by_name: bool = False) -> Rollback:
    second = f'{_HEAD}    dependencies = [("shop", "0001_initial")]\n    operations = [{operations}]\n'
    files = {"shop/migrations/0001_initial.py": _INITIAL, "shop/migrations/0002_next.py": second}
    (reading,) = read(Sources.of(files), Settings(dialect="postgresql"))
    run = replay(reading.migrations, reading.dialect)
    *_, last = rollbacks(reading.migrations, run, by_name=by_name)
    return last


@pytest.mark.parametrize(
    "operations",
    [
        'migrations.AlterField("thing", "unique", models.CharField(max_length=5))',
        'migrations.AlterField("thing", "positive", models.IntegerField())',
        'migrations.RemoveField("thing", "unique")',
        'migrations.RemoveField("thing", "user")',
        'migrations.DeleteModel("Thing")',
        'migrations.AlterField("thing", "parent", models.OneToOneField("self", models.CASCADE))',
        'migrations.RenameModel("Thing", "Other"), migrations.RemoveField("other", "parent")',
        'migrations.RemoveIndex("thing", "written")',
    ],
)
def test_what_django_generates_can_be_undone(operations: str) -> None:
    assert _last(operations).verdict == "complete"


def test_by_name_it_would_not_be() -> None:
    changed = 'migrations.AlterField("thing", "unique", models.CharField(max_length=5))'
    assert _last(changed, by_name=True).verdict == "incomplete"


@pytest.mark.parametrize(
    ("operations", "left"),
    [
        ('migrations.RunSQL("CREATE INDEX i ON shop_thing (a, id)", "SELECT 1")', "index i of shop_thing"),
        ('migrations.RunSQL("DROP INDEX written", migrations.RunSQL.noop)', "index written of shop_thing"),
        (
            'migrations.RunSQL("ALTER TABLE shop_thing DROP COLUMN a", "ALTER TABLE shop_thing ADD a int")',
            "the nullability of column shop_thing.a",
        ),
    ],
)
def test_what_is_left_behind_is_told(operations: str, left: str) -> None:
    rollback = _last(operations)
    assert rollback.verdict == "incomplete"
    assert left in [str(remnant.difference) for remnant in rollback.remnants]


def test_an_index_that_is_made_twice_stops_the_way_back() -> None:
    """What CREATE TABLE puts off is not there yet when AlterField looks for it, and stays."""
    rollback = _last(
        'migrations.CreateModel("New", [("id", models.AutoField(primary_key=True)), '
        '("key", models.CharField(max_length=5, db_index=True))]), '
        'migrations.AlterField("new", "key", models.CharField(max_length=5))'
    )
    assert rollback.verdict == "refused"


_REMOVE = 'migrations.RemoveField("thing", "a")'
_POSITIVE = 'migrations.RemoveField("thing", "positive")'
_DELETE = 'migrations.DeleteModel("Thing")'
_CONDITION = 'models.CheckConstraint(condition=models.Q(positive__gt=1), name="more")'
_TOGETHER = 'migrations.AlterUniqueTogether("thing", {("unique", "user_id")})'


@pytest.mark.parametrize(
    ("operations", "verdict"),
    [
        (f"{_REMOVE}, {_DELETE}", "refused"),
        (f'migrations.RemoveIndex("thing", "written"), {_REMOVE}, {_DELETE}', "complete"),
        (
            f'migrations.AddConstraint("thing", {_CONDITION}), {_POSITIVE}, {_DELETE}',
            "refused",
        ),
        (f"{_TOGETHER}, {_DELETE}", "complete"),
    ],
)
def test_a_model_comes_back_unless_its_meta_names_a_field_that_is_gone(operations: str, verdict: str) -> None:
    assert _last(operations).verdict == verdict


_SHOP = f"""{_HEAD}
    operations = [
        migrations.CreateModel("Place", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel(
            "Shop", [("place", models.OneToOneField("shop.place", models.CASCADE, primary_key=True))]
        ),
        migrations.CreateModel(
            "Order",
            [
                ("id", models.AutoField(primary_key=True)),
                ("shop", models.ForeignKey("shop.shop", models.CASCADE)),
                ("number", models.IntegerField()),
            ],
        ),
    ]
"""
_MOVED = (
    'migrations.AlterField("shop", "place", models.OneToOneField("shop.place", models.CASCADE, '
    'primary_key=True, db_column="at"))'
)
_NUMBER = 'migrations.AlterField("order", "number", models.BigIntegerField())'


@pytest.mark.parametrize(
    ("operations", "verdict"), [(f"{_MOVED}, {_NUMBER}", "refused"), (_NUMBER, "complete")]
)
def test_sqlite_wants_the_targets_of_foreign_keys_at_the_end(operations: str, verdict: str) -> None:
    """The table that refers is made anew before the column of the other one has its former name."""
    second = f'{_HEAD}    dependencies = [("shop", "0001_initial")]\n    operations = [{operations}]\n'
    files = {"shop/migrations/0001_initial.py": _SHOP, "shop/migrations/0002_next.py": second}
    (reading,) = read(Sources.of(files), Settings(dialect="sqlite"))
    *_, last = rollbacks(reading.migrations, replay(reading.migrations, reading.dialect))
    assert last.verdict == verdict
