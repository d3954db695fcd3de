"""What a module imports and refers to, part by part: at its top, and in each of its functions."""

from __future__ import annotations

import ast

from schemalint.frontends.python_interpreter.imports import absolute_name
from schemalint.frontends.python_source.parse import Module

_BY_NAME = frozenset(
    "__import__ import_module import_string exec_module load_module find_modules run_path run_module"
    " entry_points iter_entry_points load_entry_point autodiscover autodiscover_tasks scan bootstrap"
    " get_app".split()
)
"""Functions that import what a string names."""
_RUN_TEXT = frozenset({"exec", "eval"})
_HARMLESS = frozenset(
    "property staticmethod classmethod cached_property cache lru_cache wraps abstractmethod overload override"
    " contextmanager asynccontextmanager total_ordering setter getter deleter hybrid_property expression"
    " comparator validates validator field_validator model_validator root_validator field_serializer"
    " model_serializer computed_field get post put patch delete head options websocket route on_event"
    " exception_handler middleware task fixture dataclass command callback group option argument pass_context"
    " pass_obj".split()
)
"""Decorators that call nothing when the module is imported."""


class Part:
    """What runs together: the statements of a module at its top, or those of a function.

    `names` stand alone in it; `dotted` are attributes of what the module imports, `attributes` the names of
    others that are asked of something, `rooted` those that are asked of what comes of an import, each behind
    the name that is imported. `is_dynamic` says that it imports what can't be told.
    """

    __slots__ = ("attributes", "dotted", "imports", "is_dynamic", "names", "path", "rooted")

    def __init__(self, path: str) -> None:
        self.path = path
        self.names: set[str] = set()
        self.dotted: set[str] = set()
        self.attributes: set[str] = set()
        self.rooted: set[tuple[str, str]] = set()
        self.imports: list[str] = []
        self.is_dynamic = False


class ClassFacts:
    """A class: its methods by name."""

    __slots__ = ("methods",)

    def __init__(self) -> None:
        self.methods: dict[str, list[Part]] = {}


class ModuleFacts:
    """A module: what runs when it is imported, and its functions and classes by name.

    `aliases` are the absolute names that its own stand for, `stars` the modules of which it imports all
    names, `texts` the strings in it that may be names.
    """

    __slots__ = ("aliases", "classes", "functions", "name", "path", "stars", "texts", "top")

    def __init__(self, path: str, name: str) -> None:
        self.path = path
        self.name = name
        self.top = Part(path)
        self.functions: dict[str, list[Part]] = {}
        self.classes: dict[str, list[ClassFacts]] = {}
        self.aliases: dict[str, str] = {}
        self.stars: list[str] = []
        self.texts: frozenset[str] = frozenset()


def module_facts(module: Module, name: str) -> ModuleFacts:
    """The facts of a module of that absolute name."""
    facts = ModuleFacts(module.path, name)
    facts.texts = frozenset(
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    )
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            _bind(node, facts)
    waiting: list[tuple[ast.AST, Part, ClassFacts | None]] = [(module.tree, facts.top, None)]
    while waiting:
        node, part, owner = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = part
            if part is facts.top and not _may_be_called(node):
                body = Part(module.path)
                found = facts.functions if owner is None else owner.methods
                found.setdefault(node.name, []).append(body)
            waiting += [(statement, body, None) for statement in node.body]
            waiting += [(child, part, None) for child in (*node.decorator_list, node.args)]
            continue
        if isinstance(node, ast.If) and _is_not_for_imports(node.test):
            waiting += [(statement, part, owner) for statement in node.orelse]
            continue
        if isinstance(node, ast.ClassDef):
            owner = ClassFacts()
            facts.classes.setdefault(node.name, []).append(owner)
            if _may_be_called(node):
                part.names.add(node.name)
        elif not isinstance(node, ast.If | ast.Try | ast.With):
            owner = None if isinstance(node, ast.expr) else owner
        _note(node, part, facts)
        waiting += [(child, part, owner) for child in ast.iter_child_nodes(node)]
    return facts


def _bind(node: ast.Import | ast.ImportFrom, facts: ModuleFacts) -> None:
    """Keep what the names stand for that a statement binds, wherever in the module it is."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            facts.aliases[alias.asname or first] = alias.name if alias.asname else first
        return
    module = absolute_name(node.module, node.level, facts.name, facts.path)
    for alias in node.names:
        if alias.name == "*":
            facts.stars.append(module)
        else:
            facts.aliases[alias.asname or alias.name] = f"{module}.{alias.name}"


def _is_not_for_imports(test: ast.expr) -> bool:
    """Whether a condition holds for type checkers alone, or for a module that is run and not imported."""
    text = ast.unparse(test)
    return "TYPE_CHECKING" in text or text in ("__name__ == '__main__'", "'__main__' == __name__")


def _may_be_called(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator may call the function at once."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        word = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if word not in _HARMLESS:
            return True
    return False


def _note(node: ast.AST, part: Part, facts: ModuleFacts) -> None:
    """Keep what an expression refers to, and what a statement imports."""
    if isinstance(node, ast.Import):
        part.imports += [alias.name for alias in node.names]
        part.is_dynamic = part.is_dynamic or any(alias.name == "django" for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        name = absolute_name(node.module, node.level, facts.name, facts.path)
        part.imports += [name, *(f"{name}.{alias.name}" for alias in node.names)]
    elif isinstance(node, ast.Name):
        part.names.add(node.id)
        part.is_dynamic = part.is_dynamic or node.id in _BY_NAME or node.id in _RUN_TEXT
    elif isinstance(node, ast.Attribute):
        part.is_dynamic = part.is_dynamic or node.attr in _BY_NAME
        _note_attribute(node, part, facts)


def _note_attribute(node: ast.Attribute, part: Part, facts: ModuleFacts) -> None:
    words: list[str] = []
    inner: ast.expr = node
    is_plain = True
    while not isinstance(inner, ast.Name):
        if isinstance(inner, ast.Attribute):
            words.append(inner.attr)
            inner = inner.value
        elif isinstance(inner, ast.Call):
            is_plain, inner = False, inner.func
        elif isinstance(inner, ast.Subscript):
            is_plain, inner = False, inner.value
        elif isinstance(inner, ast.Constant | ast.JoinedStr | ast.List | ast.Dict | ast.Set):
            return
        else:
            part.attributes.add(node.attr)
            return
    if is_plain and inner.id in facts.aliases:
        part.dotted.add(".".join([inner.id, *reversed(words)]))
    elif inner.id in facts.aliases:
        part.rooted.add((inner.id, node.attr))
    else:
        part.attributes.add(node.attr)
