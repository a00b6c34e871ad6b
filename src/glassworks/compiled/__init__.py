"""Compiled kernels that are never older than what they were made of.

numba keeps what it compiled and compiles a kernel again when the kernel's own file has changed, but not when another
has whose functions it calls: it would go on with an old formula. So numba is told to look for kernels of the library by
:class:`glassworks.compiled.locator.Locator`, which asks for all files that a kernel's file imports.
"""

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
VARIABLE = "NUMBA_CACHE_LOCATOR_CLASSES"
OURS = "glassworks.compiled.locator.Locator"
PLAIN = "UserProvidedCacheLocator,InTreeCacheLocator,UserWideCacheLocator,IPythonCacheLocator,ZipCacheLocator"
"""Where numba looks without a word from us: what it still does for kernels of others."""


def choose_locator() -> None:
    """Tells numba, which reads the variable when it is imported, to ask for all that a kernel was made of."""
    given = os.environ.get(VARIABLE) or PLAIN
    if OURS not in given:
        os.environ[VARIABLE] = f"{OURS},{given}"
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_LOCATOR_CLASSES = os.environ[VARIABLE]


@cache
def sources() -> str:
    """Twelve digits of the SHA-256 of all files of the library that hold kernels."""
    found = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        content = path.read_bytes()
        if b"import numba" in content or b"from numba" in content:
            found.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + content + b"\0")
    return found.hexdigest()[:12]
