"""What a file of source says: its statements by the names that they define, their text, and the names that they use."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

REGISTRY = "Registry"
PASSED_ON = frozenset(
    {"property", "cached_property", "staticmethod", "classmethod", "cache", "abstractmethod", "setter", "override"}
)
"""Decorators of methods that are still reached by their names."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """A file of the library: its statements by the names that they define or change.

    Args:
        name: its dotted name.
    """

    def __init__(self, name: str, path: Path):
        self.name, self.path = name, path
        self.source = path.read_text(encoding="utf-8")
        self.lines = self.source.splitlines()
        self.imports: dict[str, tuple[str, str | None]] = {}
        self.defines: dict[str, list[ast.stmt]] = {}
        self.acts: list[ast.stmt] = []
        for statement in _flat(ast.parse(self.source).body):
            self._sort(statement)

    def _sort(self, statement: ast.stmt) -> None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            self.imports |= imported(statement)
        elif isinstance(statement, (*Function.__args__, ast.ClassDef)):
            self.defines.setdefault(statement.name, []).append(statement)
            if any(isinstance(each, ast.Call) for each in statement.decorator_list):
                self.acts.append(statement)
        elif names := changed(statement):
            for name in names:
                self.defines.setdefault(name, []).append(statement)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self.acts.append(statement)

    def text(self, node: ast.AST, without: Iterable[ast.AST] = ()) -> str:
        """The normalized source of a statement, some of those inside it left out."""
        first = _first_line(node)
        lines = self.lines[first - 1 : node.end_lineno]
        for inner in (*docstrings(node), *without):
            start = max(_first_line(inner) - first, 0)
            lines[start : inner.end_lineno - first + 1] = [""] * (inner.end_lineno - first + 1 - start)
        return plain(textwrap.dedent("\n".join(lines)))


def _first_line(node: ast.AST) -> int:
    """The line of a statement's first decorator, or its own."""
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])


def _flat(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those behind a condition included."""
    for statement in statements:
        if isinstance(statement, (ast.If, ast.Try)):
            inner = [*statement.body, *statement.orelse, *getattr(statement, "finalbody", ())]
            yield from _flat([*inner, *(each for one in getattr(statement, "handlers", ()) for each in one.body)])
        else:
            yield statement


def imported(statement: ast.Import | ast.ImportFrom) -> dict[str, tuple[str, str | None]]:
    """What an import binds: by name, the module, and the name in it (None for the module itself)."""
    if isinstance(statement, ast.ImportFrom):
        return {alias.asname or alias.name: (statement.module or "", alias.name) for alias in statement.names}
    return {
        alias.asname or alias.name.split(".")[0]: (alias.name if alias.asname else alias.name.split(".")[0], None)
        for alias in statement.names
    }


def changed(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, or of which it changes a part."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, (ast.Name, ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            while isinstance(node, (ast.Subscript, ast.Attribute)):
                node = node.value
            if isinstance(node, ast.Name):
                found.add(node.id)
    return found


def docstrings(node: ast.AST) -> Iterator[ast.AST]:
    for each in ast.walk(node):
        if isinstance(each, (*Function.__args__, ast.ClassDef)) and ast.get_docstring(each, False) is not None:
            yield each.body[0]


WORDS = re.compile(
    r"""(?P<string>"{3}(?:[^\\]|\\.)*?"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\#[^\n]*""",
    re.DOTALL,
)
"""Strings and comments: all of Python that may contain the sign of the other."""


def plain(source: str) -> str:
    """Python source without comments, blank lines and trailing spaces."""
    kept = WORDS.sub(lambda word: word[0] if word["string"] else "", source)
    return "\n".join(line.rstrip() for line in kept.split("\n") if line.strip())


# ---- names that a statement uses


class Uses(ast.NodeVisitor):
    """The names that a statement takes from its module, as dotted paths, and the attributes that it asks for.

    Names that a function binds hide those of its module; what it imports itself is kept apart.
    """

    def __init__(self) -> None:
        self.names: set[tuple[str, ...]] = set()
        self.attributes: set[str] = set()
        self.imported: set[tuple[str, ...]] = set()
        self._scopes: list[dict[str, tuple[str, str | None] | None]] = []

    def visit_Name(self, node: ast.Name) -> None:
        self._use(node.id, ())

    def visit_Attribute(self, node: ast.Attribute) -> None:
        chain, inner = [], node
        while isinstance(inner, ast.Attribute):
            self.attributes.add(inner.attr)
            chain.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            self._use(inner.id, tuple(reversed(chain)))
        else:
            self.visit(inner)

    def _use(self, name: str, more: tuple[str, ...]) -> None:
        for scope in reversed(self._scopes):
            if name in scope:
                if scope[name]:
                    module, inner = scope[name]
                    self.imported.add((module, *([inner] if inner else []), *more))
                return
        self.names.add((name, *more))

    def visit_FunctionDef(self, node: Function) -> None:
        for each in (*node.decorator_list, *_annotations(node.args), *node.args.defaults, *node.args.kw_defaults):
            if each is not None:
                self.visit(each)
        if node.returns:
            self.visit(node.returns)
        self._inside(node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for each in (*node.args.defaults, *node.args.kw_defaults):
            if each is not None:
                self.visit(each)
        self._inside(node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for each in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(each)
        for each in node.body:
            self.visit(each)

    def _comprehension(self, node: ast.AST) -> None:
        self._scopes.append(dict.fromkeys(_stored(node.generators)))
        self.generic_visit(node)
        self._scopes.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _inside(self, arguments: ast.arguments, body: list[ast.AST]) -> None:
        scope: dict[str, tuple[str, str | None] | None] = dict.fromkeys(_parameters(arguments))
        scope |= dict.fromkeys(_stored(body))
        for each in _here(body):
            if isinstance(each, (ast.Import, ast.ImportFrom)):
                scope |= imported(each)
            elif isinstance(each, ast.Global):
                for name in each.names:
                    scope.pop(name, None)
        self._scopes.append(scope)
        for each in body:
            self.visit(each)
        self._scopes.pop()


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    yield from (each.arg for each in every if each)


def _annotations(arguments: ast.arguments) -> Iterator[ast.AST]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    yield from (each.annotation for each in every if each and each.annotation)


def _here(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a scope, those of scopes inside it left out but for their own names."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*Function.__args__, ast.ClassDef, ast.Lambda, *COMPREHENSIONS)):
            waiting += ast.iter_child_nodes(node)


COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _stored(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that a scope binds."""
    for node in _here(nodes):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (*Function.__args__, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def used(*nodes: ast.AST) -> Uses:
    found = Uses()
    for node in nodes:
        found.visit(node)
    return found


def methods(statement: ast.ClassDef) -> list[Function]:
    """The methods of a class that are reached by their names."""
    return [
        each
        for each in statement.body
        if isinstance(each, Function.__args__)
        and not (each.name.startswith("__") and each.name.endswith("__"))
        and all(_name(decorator) in PASSED_ON for decorator in each.decorator_list)
    ]


def _name(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def without(statement: ast.stmt, apart: list[Function]) -> ast.stmt:
    """A class without its methods; anything else as it is."""
    if not isinstance(statement, ast.ClassDef):
        return statement
    body = [each for each in statement.body if each not in apart]
    return ast.ClassDef(
        name=statement.name, bases=statement.bases, keywords=statement.keywords, body=body,
        decorator_list=statement.decorator_list,
    )  # fmt: skip


def is_registry(statement: ast.stmt) -> bool:
    """Whether a statement makes a table of kinds."""
    if not isinstance(statement, ast.AnnAssign):
        return False
    annotation = statement.annotation.value if isinstance(statement.annotation, ast.Subscript) else statement.annotation
    return _name(annotation) == REGISTRY
