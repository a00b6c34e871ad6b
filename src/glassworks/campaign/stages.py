"""The stages of the campaign, and a digest of each that changes when its code does.

A digest is the stage's integer version and a hash of the source of the modules that it depends on, comments and
docstrings
left out. Rules pass it on as a parameter, so an edited kernel reruns what used it, and nothing else does. Raise a
stage's
version where its products change for another reason.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import tokenize
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parent.parent

CORE = ("models", "configurations")


class Stage(NamedTuple):
    """A kind of job: version, the modules (folders or files of the package) it depends on, and what it does."""

    version: int
    modules: tuple[str, ...]
    does: str


STAGES: dict[str, Stage] = {
    "warm": Stage(
        1, (*CORE, "liquids", "minimize", "vibrations", "elasticity", "excitations"), "compile the kernels once"
    ),
    "equilibrate": Stage(1, (*CORE, "liquids", "campaign/jobs/equilibrate.py"), "prepare liquids"),
    "evidence": Stage(1, (*CORE, "liquids", "campaign/jobs/evidence.py"), "test their equilibrium"),
    "quench": Stage(1, (*CORE, "minimize", "campaign/jobs/quench.py"), "minimize to glasses"),
    "measure": Stage(1, (*CORE, "observables.py", "campaign/jobs/measure.py"), "measure observables"),
    "gather": Stage(1, ("campaign/jobs/gather.py",), "join blocks into tables"),
    "analyse": Stage(1, ("statistics", "campaign/jobs/results.py"), "fits, lengths, intervals"),
    "draw": Stage(1, ("figures",), "figures"),
    "judge": Stage(1, ("claims",), "verdicts"),
    "report": Stage(1, ("report", "figures"), "the report"),
}

OBSERVABLE_MODULES: dict[str, tuple[str, ...]] = {
    "modes": ("vibrations",),
    "moduli": ("vibrations", "elasticity"),
    "dipoles": ("vibrations", "excitations"),
    "decay": ("vibrations", "excitations"),
    "softspots": ("vibrations", "excitations"),
}
"""What each observable depends on beside the stage's own modules; one that is not listed depends on all of these."""


@functools.cache
def stage_digest(stage: str, observable: str | None = None) -> str:
    """`<version>-<12 hexadecimal digits>` for a stage (and, for `measure`, one observable)."""
    entry = STAGES[stage]
    modules = entry.modules
    if observable is not None:
        everything = tuple(sorted({name for names in OBSERVABLE_MODULES.values() for name in names}))
        modules += OBSERVABLE_MODULES.get(observable, everything)
    total = hashlib.sha256()
    for name in modules:
        for path in _sources(name):
            total.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + _file_digest(path).encode())
    return f"{entry.version}-{total.hexdigest()[:12]}"


def _sources(name: str) -> list[Path]:
    path = PACKAGE / name
    if path.is_dir():
        return sorted(path.rglob("*.py"))
    return [path] if path.is_file() else []


@functools.cache
def _file_digest(path: Path) -> str:
    return hashlib.sha256(normalized(path.read_text(encoding="utf-8")).encode()).hexdigest()


def normalized(source: str) -> str:
    """Python source without comments, docstrings, blank lines and trailing spaces."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(
            node, False
        ):
            text = node.body[0]
            for number in range(text.lineno - 1, text.end_lineno):
                lines[number] = ""
    kept = "\n".join(lines)
    lines = kept.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(kept).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    except (tokenize.TokenError, IndentationError):
        lines = source.splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())
