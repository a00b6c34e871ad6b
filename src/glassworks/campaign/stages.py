"""The stages of the campaign, and a digest of each that changes when its code does.

A digest is the stage's integer version and a hash of the source that it runs, comments and docstrings left out: the
files and folders that it names, and everything that its entry points import from the library. Rules pass it on as a
parameter, so an edited kernel reruns what used it, and nothing else does. Raise a stage's version where its products
change for another reason.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parent.parent


class Stage(NamedTuple):
    """A kind of job: version, the files and folders that belong to it, the entry points whose imports it follows, and
    what it does."""

    version: int
    own: tuple[str, ...]
    entries: tuple[str, ...]
    does: str


STAGES: dict[str, Stage] = {
    "equilibrate": Stage(1, ("campaign/jobs/equilibrate.py",), (), "prepare liquids"),
    "step": Stage(
        1,
        ("campaign/jobs/step.py", "campaign/jobs/states.py"),
        ("trajectories.py", "liquids/start.py"),
        "cool stepwise and measure on the way",
    ),
    "relax": Stage(
        1,
        ("campaign/jobs/relax.py", "campaign/jobs/states.py"),
        ("dynamics/relaxation.py", "liquids/start.py"),
        "watch liquids in equilibrium",
    ),
    "evidence": Stage(1, ("campaign/jobs/evidence.py",), ("liquids/equilibrium.py",), "test their equilibrium"),
    "quench": Stage(1, ("campaign/jobs/quench.py",), ("minimize/quench.py",), "minimize to glasses"),
    "measure": Stage(
        1,
        ("observables.py", "campaign/jobs/measure.py"),
        ("vibrations/hessian.py", "vibrations/factorization.py"),
        "measure observables",
    ),
    "observe": Stage(
        1,
        ("liquid_observables.py", "campaign/jobs/observe.py"),
        (),
        "measure liquids as they are",
    ),
    "gather": Stage(1, ("campaign/jobs/gather.py",), (), "join blocks into tables"),
    "analyse": Stage(1, ("statistics", "campaign/jobs/results.py"), (), "fits, lengths, intervals"),
    "draw": Stage(2, ("figures",), (), "figures"),
    "judge": Stage(1, ("claims",), (), "verdicts"),
    "report": Stage(2, ("report", "figures"), (), "the report"),
    "calibrate": Stage(1, ("statistics", "claims", "campaign/calibrating.py"), (), "whether intervals hold"),
}

KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "equilibrate": {
        "swap": ("liquids/swap.py", "liquids/tempering.py"),
        "molecular_dynamics": ("liquids/dynamics.py", "liquids/start.py"),
        "cooling": ("liquids/cooling.py", "liquids/start.py"),
    },
    "measure": {
        "modes": ("vibrations/modes.py", "vibrations/unfactored.py"),
        "moduli": ("elasticity/moduli.py",),
        "dipoles": ("excitations/dipoles.py",),
        "decay": ("excitations/decay.py",),
        "softspots": ("excitations/softspots.py", "vibrations/modes.py", "vibrations/unfactored.py"),
    },
    "observe": {"downhill": ("landscape/downhill.py",)},
}
"""Entry points that only one kind of a stage's jobs has: a protocol, or an observable. Without a kind, all count."""
KINDS["evidence"] = KINDS["equilibrate"]


@functools.cache
def stage_digest(stage: str, kind: str | None = None) -> str:
    """`<version>-<12 hexadecimal digits>` for a stage, or for one kind of its jobs (a protocol, an observable)."""
    entry, kinds = STAGES[stage], KINDS.get(stage, {})
    chosen = [kinds[kind]] if kind in kinds else list(kinds.values())
    paths = {path for name in entry.own for path in _sources(name)}
    paths |= imported((*entry.entries, *(name for names in chosen for name in names)))
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + _file_digest(path).encode())
    return f"{entry.version}-{total.hexdigest()[:12]}"


def imported(entries: tuple[str, ...]) -> set[Path]:
    """The files of the library that some of its files import, directly or not, themselves included."""
    found: set[Path] = set()
    waiting = [PACKAGE / name for name in entries]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path)
    return found


@functools.cache
def _imports(path: Path) -> tuple[Path, ...]:
    """The files that one file imports from the library; what a package hands on counts as where it comes from."""
    return tuple(
        _defining(node.module, alias.name)
        for node in _statements(_tree(path))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE.name
        for alias in node.names
    )


def _defining(module: str, name: str) -> Path:
    """The file that defines a name which a module or package offers."""
    place = PACKAGE.joinpath(*module.split(".")[1:])
    if (place / f"{name}.py").is_file():
        return place / f"{name}.py"
    if place.with_suffix(".py").is_file():
        return place.with_suffix(".py")
    for node in _statements(_tree(place / "__init__.py")):
        if isinstance(node, ast.ImportFrom) and any((alias.asname or alias.name) == name for alias in node.names):
            return _defining(node.module, name)
    return place / "__init__.py"


def _sources(name: str) -> list[Path]:
    path = PACKAGE / name
    if path.is_dir():
        return sorted(path.rglob("*.py"))
    return [path] if path.is_file() else []


@functools.cache
def _file_digest(path: Path) -> str:
    return hashlib.sha256(normalized(_read(path), _tree(path)).encode()).hexdigest()


@functools.cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_read(path))


WORDS = re.compile(
    r"""(?P<string>"{3}(?:[^\\]|\\.)*?"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\#[^\n]*""",
    re.DOTALL,
)
"""Strings and comments: all of Python that may contain the sign of the other."""


def normalized(source: str, tree: ast.Module | None = None) -> str:
    """Python source without comments, docstrings, blank lines and trailing spaces; `tree` where it is parsed already.

    A pattern finds the comments, because Python's own tokenizer would take a quarter of a second of every job.
    """
    lines = source.splitlines()
    for node in _statements(tree or ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(
            node, False
        ):
            text = node.body[0]
            for number in range(text.lineno - 1, text.end_lineno):
                lines[number] = ""
    kept = WORDS.sub(lambda word: word[0] if word["string"] else "", "\n".join(lines))
    return "\n".join(line.rstrip() for line in kept.split("\n") if line.strip())


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """The statements of a module, those inside others included, and none of their expressions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, name, ())
