"""What code is made of: the definitions that it reaches by name, wherever in the library they stand.

A definition is a function, a class, a method, or a statement that makes a constant. Its text is its source without
comments, docstrings and blank lines; what it reaches are the definitions behind the names that it uses, and theirs in
turn. So the digest of what an entry point reaches changes with every line that the work depends on, and with no other:
neither where a definition is moved, nor where one is added beside it.

- A name leads through imports and the packages that hand it on to the place that defines it. What lies outside the
  library counts by its dotted name.
- A method counts where its class is reached and its name is used as an attribute anywhere among what is reached;
  special methods, and those that a decorator hands to somebody else, count with their class.
- What acts by being defined counts with what it acts on: an `@overload` with the function that it implements, a call
  such as `define(add, Lanes)` with the definitions among its arguments, `TABLE[key] = value` with the table.
- A registry (a table of kinds, annotated as :class:`Registry`) is not followed. Whoever needs one of its members names
  it: `module:TABLE[key]`.
- What a package finds by looking into its own folder is not followed either; who needs one of its files names it.
- Rooms that are closed to the search (`campaign`, but for the job itself) are passed over: what only carries numbers to
  and fro changes none.
"""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from glassworks.campaign.planned.sources import Module, Uses, is_registry, methods, plain, used, without

PACKAGE = Path(__file__).resolve().parents[2]


class Place(NamedTuple):
    """Where a name is defined: a module of the library, and the name there; of a method with its class."""

    module: str
    name: str


class Outside(NamedTuple):
    """A name outside the library, in full."""

    name: str


@dataclass
class Definition:
    """What a name stands for.

    Attributes:
        text: its source, normalized.
        reaches: places and outside names that it uses by name.
        attributes: names that it uses as attributes.
        methods: of a class, the places of those that are reached by name.
        registry: whether it is a table whose members are named by whoever needs them.
    """

    text: str
    reaches: set[Place | Outside] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    methods: dict[str, Place] = field(default_factory=dict)
    registry: bool = False


class Unknown(LookupError):
    """A root that names nothing in the library."""


class Library:
    """The definitions of a package, found as they are asked for.

    Args:
        folder: the package.
        closed: whether a module is passed over.
    """

    def __init__(self, folder: Path = PACKAGE, closed: Callable[[str], bool] = lambda module: False):
        self.folder, self.closed = folder, closed
        self._modules: dict[str, Module | None] = {}
        self._found: dict[Place, Definition | None] = {}

    def module(self, name: str) -> Module | None:
        """A module by its dotted name; None where the library has none."""
        if name not in self._modules:
            parts = name.split(".")
            place = self.folder.joinpath(*parts[1:])
            files = [place / "__init__.py"] if place.is_dir() else [place.with_suffix(".py")]
            ours = parts[0] == self.folder.name and files[0].is_file()
            self._modules[name] = Module(name, files[0]) if ours else None
        return self._modules[name]

    @functools.cached_property
    def modules(self) -> list[Module]:
        """All modules that are open to the search."""
        names = [
            ".".join((self.folder.name, *path.relative_to(self.folder).with_suffix("").parts)).removesuffix(".__init__")
            for path in sorted(self.folder.rglob("*.py"))
        ]
        return [self.module(name) for name in names if not self.closed(name)]

    @functools.cached_property
    def _acting(self) -> dict[Place, list[tuple[Module, ast.stmt]]]:
        """What acts on a definition by being defined, by the definition's place."""
        found: dict[Place, list[tuple[Module, ast.stmt]]] = {}
        for module in self.modules:
            for statement in module.acts:
                calls = [statement.value] if isinstance(statement, ast.Expr) else statement.decorator_list
                arguments = [
                    each
                    for call in calls
                    if isinstance(call, ast.Call)
                    for each in (*call.args, *(keyword.value for keyword in call.keywords))
                ]
                for place in self._resolved(module, used(*arguments)):
                    if isinstance(place, Place):
                        found.setdefault(place, []).append((module, statement))
        return found

    # -- from names to places

    def _resolved(self, module: Module, uses: Uses) -> set[Place | Outside]:
        found = {self.resolve(module, chain) for chain in uses.names}
        found |= {self._from(chain[0], chain[1:]) for chain in uses.imported}
        return found - {None}

    def resolve(self, module: Module, chain: tuple[str, ...]) -> Place | Outside | None:
        """What a dotted name stands for in a module; None for what Python itself defines."""
        first, *more = chain
        if first in module.defines:
            return Place(module.name, first)
        if first not in module.imports:
            return None
        source, name = module.imports[first]
        return self._from(source, (*([name] if name else []), *more))

    def _from(self, source: str, chain: tuple[str, ...]) -> Place | Outside | None:
        """What a dotted name below a module stands for."""
        if source.split(".")[0] != self.folder.name:
            return Outside(".".join((source, *chain)))
        while chain and not self._binds(source, chain[0]) and self.module(f"{source}.{chain[0]}"):
            source, chain = f"{source}.{chain[0]}", chain[1:]
        module = self.module(source)
        if not chain or module is None:
            return None
        return self.resolve(module, chain)

    def _binds(self, package: str, name: str) -> bool:
        """Whether a package itself says what a name is, which then is not the module of that name."""
        module = self.module(package)
        if module is None:
            return False
        return name in module.defines or module.imports.get(name, (package, name)) != (package, name)

    # -- definitions

    def definition(self, place: Place) -> Definition | None:
        """What a place holds; None where it is closed to the search or there is nothing."""
        if place not in self._found:
            self._found[place] = self._define(place)
        return self._found[place]

    def _define(self, place: Place) -> Definition | None:
        module = self.module(place.module)
        if module is None or self.closed(place.module):
            return None
        outer, _, method = place.name.partition(".")
        if "[" in place.name:
            return self._member(module, *place.name.removesuffix("]").split("["))
        statements = module.defines.get(outer)
        if not statements:
            return None
        if method:
            node = next(each for each in methods(statements[-1]) if each.name == method)
            return self._made(module, [node], [module.text(node)])
        found, apart = Definition(""), []
        for statement in statements:
            inner = methods(statement) if isinstance(statement, ast.ClassDef) else []
            found.methods |= {each.name: Place(module.name, f"{outer}.{each.name}") for each in inner}
            apart += inner
        texts = [module.text(each, apart) for each in statements]
        shells = [without(each, apart) for each in statements]
        made = self._made(module, shells, texts)
        made.methods, made.registry = found.methods, any(map(is_registry, statements))
        for other, statement in self._acting.get(Place(module.name, outer), ()):
            if not isinstance(statement, ast.Expr):
                made.reaches.add(Place(other.name, statement.name))
                continue
            more = self._made(other, [statement], [other.text(statement)])
            made.text += "\n" + more.text
            made.reaches |= more.reaches
            made.attributes |= more.attributes
        return made

    def _member(self, module: Module, table: str, key: str) -> Definition:
        """One entry of a table that is written as a dictionary."""
        for statement in module.defines.get(table, ()):
            value = getattr(statement, "value", None)
            for name, each in zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ():
                if isinstance(name, ast.Constant) and str(name.value) == key:
                    return self._made(module, [each], [f"{key}: {plain(ast.get_source_segment(module.source, each))}"])
        raise Unknown(f"{module.name}:{table}[{key}]")

    def _made(self, module: Module, nodes: list[ast.AST], texts: list[str]) -> Definition:
        uses = used(*nodes)
        return Definition("\n".join(texts), self._resolved(module, uses), uses.attributes)

    def keys(self, root: str) -> list[str]:
        """The keys of a table that is written as a dictionary; raises what :meth:`places` raises."""
        [place] = self.places(root)
        return [
            str(key.value)
            for statement in self.module(place.module).defines[place.name]
            if isinstance(value := getattr(statement, "value", None), ast.Dict)
            for key in value.keys
            if isinstance(key, ast.Constant)
        ]

    # -- the search

    def has(self, root: str) -> bool:
        """Whether a root names anything."""
        with suppress(Unknown):
            return bool(self.places(root))
        return False

    def places(self, root: str) -> list[Place]:
        """The places that `module:name`, `module:TABLE[key]` or `room:*` means, the module without the package's name.

        Raises:
            Unknown: there is none.
        """
        source, _, name = root.partition(":")
        full = f"{self.folder.name}.{source}"
        if name == "*":
            rooms = [module for module in self.modules if f"{module.name}.".startswith(f"{full}.")]
            if not rooms:
                raise Unknown(root)
            return [Place(module.name, each) for module in rooms for each in module.defines]
        module = self.module(full)
        table = name.partition("[")[0]
        found = self.resolve(module, (table,)) if module else None
        if not isinstance(found, Place):
            raise Unknown(root)
        return [found._replace(name=found.name + name[len(table) :])]

    def reached(
        self, roots: Iterable[str], passes: Iterable[str] = (), asked: Iterable[str] = ()
    ) -> dict[Place | Outside, str]:
        """All definitions that some places reach, themselves included: their texts, by place.

        Args:
            roots: where the search begins, as :meth:`places` takes them.
            passes: what is passed over.
            asked: names of methods that others ask of what is reached.

        Raises:
            Unknown: a root names nothing.
        """
        found: dict[Place | Outside, str] = {}
        attributes = set(asked)
        methods_of: dict[str, set[Place]] = {}
        waiting: list[Place | Outside] = [place for root in roots for place in self.places(root)]
        named = set(waiting)
        passed = {place for root in passes for place in self.places(root)}
        while waiting:
            place = waiting.pop()
            if place in found or place in passed:
                continue
            if isinstance(place, Outside):
                found[place] = place.name
                continue
            made = self.definition(place)
            if made is None or (made.registry and place not in named):
                continue
            found[place] = made.text
            waiting += made.reaches
            for name in made.attributes - attributes:
                attributes.add(name)
                waiting += methods_of.get(name, ())
            for name, method in made.methods.items():
                methods_of.setdefault(name, set()).add(method)
                if name in attributes:
                    waiting.append(method)
        return found

    def digest(self, roots: Iterable[str], passes: Iterable[str] = (), asked: Iterable[str] = ()) -> str:
        """SHA-256 of what some places reach; the same wherever the definitions stand; arguments of :meth:`reached`."""
        texts = {hashlib.sha256(text.encode()).hexdigest() for text in self.reached(roots, passes, asked).values()}
        return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()
