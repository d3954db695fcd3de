"""Running the revisions of one history on paper, one after the other, up and down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from schemalint.catalog import Catalog, Name
from schemalint.frontends.alembic.environment_context import EnvironmentContext, ways_to_engines
from schemalint.frontends.alembic.flask_migrate import CurrentApplication
from schemalint.frontends.alembic.known_hooks import known_hooks
from schemalint.frontends.alembic.operation_objects import operation_classes
from schemalint.frontends.alembic.operations import OperationsObject
from schemalint.frontends.alembic.own_directives import OperationsClass
from schemalint.frontends.alembic.postgresql_enum import table_reference
from schemalint.frontends.alembic.revisions import Revision
from schemalint.frontends.alembic.rollback import Rollback, function_named, rollback_of
from schemalint.frontends.python_interpreter.functions import Function
from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.signals import Exhausted, Raised, Signal
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    External,
    Missing,
    Native,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sql.concurrent_indexes import refused_in_transaction
from schemalint.frontends.sqlalchemy_constructs.account import Account
from schemalint.frontends.sqlalchemy_constructs.machine import Look, machine
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.operations import Failure, Opaque, Operation

Standing = tuple[Catalog, frozenset[str]]
"""A catalog, and the tables taken to be there that were met before."""

_ALL_TABLES = re.compile(
    r"get_table_names|sorted_tables|metadata\.tables|\.reflect\(|information_schema|pg_tables"
)
_COMMIT = re.compile(r"\bcommit\b|isolation_level", re.IGNORECASE)
_SAVEPOINT = re.compile(r"begin_nested|savepoint|autocommit", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MADE = re.compile(
    r"(?:create_table\(\s*|rename_table\(\s*[\"']\w+[\"']\s*,\s*|\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?"
    r"|\brename\s+to\s+)[\"'`]?(\w+)",
    re.IGNORECASE,
)
"""The names of tables that come to be, in Python or in SQL."""


class History:
    """An interpreter for the revisions of one history; the catalog goes from one to the next.

    `absent` are the tables that revisions asked for, by their ids, and that were in no catalog, in the order
    of the questions; `presumed` are those that are taken to be there.
    """

    def __init__(
        self,
        project: Project,
        look: Look,
        dialect: Dialect,
        start: Catalog | None = None,
        presumed: frozenset[str] = frozenset(),
    ) -> None:
        self.dialect = dialect
        self.catalog = Catalog(dialect=dialect) if start is None else start
        self.account = Account(dialect, self.catalog)
        self.account.presumed = presumed
        self.operations = OperationsObject()
        self.environment = EnvironmentContext()
        natives = _natives(self.operations, self.environment)
        self.absent: dict[str, tuple[str, ...]] = {}
        self.interpreter: Interpreter = machine(project, self.account, look, natives)
        self.account.interpreter = self.interpreter

    def migration(self, revision: Revision, database: str | None) -> Migration:
        """One revision, both directions. `database` is set in an environment of several databases."""
        self.account.absent.clear()
        suffix = "" if database is None else f"_{database}"
        down_name = f"downgrade{suffix}"
        self.account.beside.clear()
        up, statements, transactional = self._run(revision, f"upgrade{suffix}", self.catalog, up=True)
        beside = tuple(dict.fromkeys(self.account.beside))
        after = self.account.run.catalog
        self.account.remember()
        rollback = rollback_of(revision.module, down_name)
        down: tuple[Operation, ...] = ()
        if rollback.state in ("present", "irreversible"):
            down, _, within = self._run(revision, down_name, after, up=False)
            if within and not transactional and self._has_transactions(revision):
                down = refused_in_transaction(down)
        self.catalog = after
        rollback = self._settled(rollback, revision, f"upgrade{suffix}", up)
        if down and isinstance(down[0], Failure) and down[0].meant:
            rollback = Rollback("irreversible", rollback.reason, rollback.span)
        self.absent[revision.id] = tuple(name for name in self.account.absent if name not in self.account.met)
        return Migration(
            name=revision.id,
            path=revision.path,
            span=revision.span,
            parents=revision.parents,
            transactional=transactional,
            up=up,
            down=down,
            rollback=rollback.state,
            rollback_reason=rollback.reason,
            rollback_span=rollback.span,
            statements=statements,
            beside=beside,
        )

    def standing(self) -> Standing:
        """What the next revision starts from."""
        return self.catalog, self.account.met_before

    def presume(self, table: str, standing: Standing) -> None:
        """Go back to where a revision started, and take one table more to be there."""
        self.catalog, self.account.met_before = standing
        self.account.presumed |= {table}

    @property
    def presumed(self) -> frozenset[str]:
        """The tables that are taken to be there."""
        return self.account.presumed

    def texts(self) -> Iterator[str]:
        """The texts of all modules that were read so far."""
        return (module.source.file.text for module in self.interpreter.modules.values())

    def _has_transactions(self, revision: Revision) -> bool:
        """Whether what is in no block of its own is in the transaction that the upgrade steps out of."""
        return self.dialect == "postgresql" and _COMMIT.search(revision.module.file.text) is None

    def _settled(
        self, rollback: Rollback, revision: Revision, up_name: str, up: tuple[Operation, ...]
    ) -> Rollback:
        """A revision that does nothing is taken back by doing nothing."""
        if up or rollback.state not in ("empty", "absent"):
            return rollback
        if function_named(revision.module, up_name) is None:
            return Rollback("present", None, rollback.span)
        written = rollback_of(revision.module, up_name)
        return Rollback("present", None, rollback.span) if written.state == "empty" else rollback

    def _run(
        self, revision: Revision, name: str, catalog: Catalog, *, up: bool
    ) -> tuple[tuple[Operation, ...], int, bool]:
        account = self.account
        account.fillings.were_asked = False
        problem = self._problem(revision, name, catalog, up=up)
        if problem is not None and account.fillings.were_asked:
            account.fillings.are_everywhere()  # it was run, so there were rows
            problem = self._problem(revision, name, catalog, up=up)
        if problem is not None:
            account.emit(problem)
        operations = tuple(account.operations)
        return operations, account.calls, not account.outside_transaction

    def _problem(self, revision: Revision, name: str, catalog: Catalog, *, up: bool) -> Operation | None:
        """Run one direction of a revision; what stands for its end if that is not reached.

        An exception is believed of a way down only: an up side has been run.
        """
        account = self.account
        account.begin(catalog, undoes=not up)
        problem: Operation | None = None
        try:
            unknown: str | None = self.interpreter.within_bounds(lambda: self._call(revision, name))
            problem = self._opaque(revision, unknown) if unknown is not None else None
        except Exhausted:
            problem = self._opaque(revision, f"{name}(), which takes too long to be followed")
        except Raised as raised:
            words = f"{name}() raises {raised.name.rpartition('.')[2]}"
            problem = Failure(reason=words, meant=raised.meant)
            if up or not raised.name:
                reason = f"{name}() ends in an exception ({raised.name or 'unknown'})"
                problem = self._opaque(revision, reason)
        except Signal:
            pass
        if problem is None and not up and self._is_broken_off(revision):
            problem = Failure(reason=f"PostgreSQL ends the transaction at an error: {account.refusal}")
        self.interpreter.depth = 0
        self.interpreter.attempts = 0
        self.interpreter.trails.clear()
        self.interpreter.branches.clear()
        self.interpreter.running.clear()
        account.doubts.clear()
        return problem

    def _is_broken_off(self, revision: Revision) -> bool:
        """Whether an error was handled that left PostgreSQL's transaction with nothing but its end."""
        account = self.account
        if account.refusal is None or self.dialect != "postgresql" or account.outside_transaction:
            return False
        return _SAVEPOINT.search(revision.module.file.text) is None

    def _opaque(self, revision: Revision, reason: str) -> Opaque:
        return Opaque(reason=reason, tables=self._named_in(revision), span=revision.span)

    def _named_in(self, revision: Revision) -> tuple[Name, ...] | None:
        """The tables that a revision names: all that it may touch, unless it asks which there are."""
        text = revision.module.file.text
        if _ALL_TABLES.search(text):
            return None
        words = frozenset(_WORD.findall(text))
        catalog = self.account.run.catalog
        there = (table.name for table in catalog.tables.values() if table.name.name in words)
        made = (Name(name) for name in _MADE.findall(text))
        return tuple(dict.fromkeys((*there, *made)))

    def _call(self, revision: Revision, name: str) -> str | None:
        """Call one of a revision's functions, if it has it; the reason if it may have one unknown."""
        module = self.interpreter.module(revision.path)
        if module is None:
            return None
        variables = module.frame.variables
        bound = name in variables or bool(module.passed_over or module.stars)
        function = variables[name] if name in variables else self.interpreter.module_attribute(module, name)
        if not isinstance(function, Missing):
            function = self.interpreter.settled(function, variables, name)
        if isinstance(function, External | Unknown | Missing):
            return f"{name}(), which is not known" if bound else None
        site = Site(revision.module, revision.module.tree)
        self.interpreter.called(function, Arguments(keywords=self._given(function), positional=[], site=site))
        return None

    def _given(self, function: Value) -> dict[str, Value]:
        """What a program of its own that runs revisions passes to them: Alembic's operations, as `op`."""
        parameters = function.node.args if isinstance(function, Function) else None
        names = [one.arg for one in (*parameters.args, *parameters.kwonlyargs)] if parameters else []
        return {"op": self.operations} if "op" in names else {}


def _natives(operations: OperationsObject, environment: EnvironmentContext) -> Mapping[str, Value]:
    """What revisions and `env.py` may use besides SQLAlchemy's schema items."""
    return {
        "alembic.context": environment,
        "flask.current_app": CurrentApplication(environment),
        **ways_to_engines(),
        "alembic.op": operations,
        **dict.fromkeys(_OPERATIONS, OperationsClass(operations, operations.own)),
        **operation_classes(),
        **dict.fromkeys(_CONFIGURING, Native("MigrationContext.configure", operations.configured_context)),
        "alembic_postgresql_enum.TableReference": Native("TableReference", table_reference),
        "lazy_object_proxy.Proxy": Native("Proxy", _put_off),
        **known_hooks(),
    }


_CONFIGURING = (
    "alembic.migration.MigrationContext.configure",
    "alembic.runtime.migration.MigrationContext.configure",
)
_OPERATIONS = ("alembic.operations.Operations", "alembic.operations.base.Operations", "alembic.Operations")


def _put_off(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`Proxy(function)` of lazy-object-proxy: what the function gives, at its first use."""
    function = arguments.get(0, "factory")
    return interpreter.called(function, Arguments(positional=[], site=arguments.site))
