"""Where numba finds a compiled kernel, and whether it is still that of today's sources."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from numba.core.caching import InTreeCacheLocator, UserProvidedCacheLocator, UserWideCacheLocator, _CacheLocator

from glassworks.compiled import PACKAGE
from glassworks.compiled.keeping import install

IMPORT = re.compile(rf"^\s*(?:from|import)\s+({PACKAGE.name}[\w.]*)(?:\s+import\s+(.*))?", re.MULTILINE)


class Locator(_CacheLocator):
    """Keeps kernels where numba would, with a stamp of their file and of all that it imports from the library.

    Args:
        plain: numba's own locator for the kernel.
        file: the kernel's file.
    """

    ours = True

    def __init__(self, plain: _CacheLocator, file: Path):
        self.plain, self.file = plain, file

    @classmethod
    def from_function(cls, function: Callable, file: str) -> Locator | None:
        """For a kernel of the library; None for others.

        Where nothing can be kept, kernels are still looked for beside their sources: whoever installed the library
        may have compiled them.
        """
        path = Path(file).resolve()
        if PACKAGE not in path.parents:
            return None
        for plain in (UserProvidedCacheLocator, InTreeCacheLocator, UserWideCacheLocator):
            if found := plain.from_function(function, file):
                return cls(found, path)
        return cls(InTreeCacheLocator(function, file), path)

    def get_cache_path(self) -> str:
        return self.plain.get_cache_path()

    def get_disambiguator(self) -> str:
        return self.plain.get_disambiguator()

    def get_source_stamp(self) -> str:
        return stamp(self.file)


install()


@cache
def stamp(file: Path) -> str:
    """SHA-256 of a file and of all files of the library that it imports, directly or not, docstrings and all."""
    found = hashlib.sha256()
    for path in sorted(closure(file)):
        found.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def closure(file: Path) -> set[Path]:
    """The files of the library that a file imports, directly or not, itself included."""
    found, waiting = set(), [file]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path)
    return found


@cache
def _imports(file: Path) -> tuple[Path, ...]:
    """What a file imports from the library: modules, and packages with what their own `__init__` imports.

    A package that finds its kinds in its own folder (`__path__`) imports all that is there.
    """
    text = file.read_text(encoding="utf-8")
    found = [*file.parent.glob("*.py")] if "__path__" in text else []
    for module, names in IMPORT.findall(text):
        place = PACKAGE.joinpath(*module.split(".")[1:])
        found += [place.with_suffix(".py"), place / "__init__.py"]
        found += [place / f"{name}{end}" for name in re.findall(r"\w+", names) for end in (".py", "/__init__.py")]
    return tuple(path for path in found if path.is_file())
