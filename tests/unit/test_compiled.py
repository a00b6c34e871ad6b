"""Compiled kernels are never older than any source that they were made of."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from glassworks.compiled import OURS, PACKAGE, VARIABLE
from glassworks.compiled.locator import closure

CALLED = "from numba import njit\n\n\n@njit(inline='always')\ndef called(x):\n    return 2.0 * x\n"
KERNEL = """\
from numba import njit

from glassworks.models.called import called


@njit(cache=True)
def kernel(x):
    return called(x) + 1.0
"""
TELL = """\
from glassworks.liquids.extra import kernel
print(kernel(1.0), sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values()))
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    """A library of two files with compiled functions, one of which calls the other's."""
    package = tmp_path / "glassworks"
    shutil.copytree(PACKAGE / "compiled", package / "compiled", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE / "__init__.py", package)
    for path, text in (("models/called.py", CALLED), ("liquids/extra.py", KERNEL), ("liquids/other.py", CALLED)):
        (package / path).parent.mkdir(exist_ok=True)
        (package / path).write_text(text)
    return package


def both(package: Path, program: str = TELL, **more: str) -> tuple[list[str], str]:
    """What a new process says, on stdout in words and on stderr."""
    environment = {**os.environ, "PYTHONPATH": str(package.parent), **more}
    for name in {VARIABLE, "NUMBA_CACHE_DIR"} - more.keys():
        environment.pop(name, None)
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split(), answer.stderr


def run(package: Path, program: str = TELL, **more: str) -> list[str]:
    return both(package, program, **more)[0]


def test_a_kernel_is_compiled_again_when_what_it_calls_has_changed(copy):
    """numba itself would find its old work, and return 3 for ever."""
    assert run(copy) == ["3.0", "0", "1"]
    assert run(copy) == ["3.0", "1", "0"]
    (copy / "models/called.py").write_text(CALLED.replace("2.0 * x", "5.0 * x"))
    assert run(copy) == ["6.0", "0", "1"]


FOUND = """\
from importlib import import_module
from pkgutil import iter_modules

from numba import njit

[called] = [import_module(f"{__name__}.{each.name}").called for each in iter_modules(__path__)][-1:]
"""


def test_a_kernel_is_compiled_again_when_a_kind_comes_or_changes_that_is_found_by_its_folder(copy):
    """As pair energies are: no name in a kernel's file leads to them."""
    (copy / "models/called.py").unlink()
    (copy / "models/called").mkdir()
    (copy / "models/called/__init__.py").write_text(FOUND)
    (copy / "models/called/first.py").write_text(CALLED)
    assert run(copy) == ["3.0", "0", "1"]
    assert run(copy) == ["3.0", "1", "0"]
    (copy / "models/called/later.py").write_text(CALLED.replace("2.0 * x", "5.0 * x"))
    assert run(copy) == ["6.0", "0", "1"]
    (copy / "models/called/later.py").write_text(CALLED.replace("2.0 * x", "7.0 * x"))
    assert run(copy) == ["8.0", "0", "1"]


def test_numba_alone_does_not_notice(copy):
    """Why all this: without the locator the first answer stays. Where this fails, it has become unnecessary."""
    plain = TELL.replace("from", "import numba, glassworks; numba.config.CACHE_LOCATOR_CLASSES = ''\nfrom", 1)
    assert run(copy, plain) == ["3.0", "0", "1"]
    (copy / "models/called.py").write_text(CALLED.replace("2.0 * x", "5.0 * x"))
    assert run(copy, plain) == ["3.0", "1", "0"]


def test_an_edit_elsewhere_compiles_nothing(copy, tmp_path):
    """Also where numba was imported first, and kernels are kept in a folder of one's own."""
    program, where = f"import numba\n{TELL}", {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    assert run(copy, program, **where) == ["3.0", "0", "1"]
    (copy / "liquids/other.py").write_text(CALLED.replace("2.0 * x", "5.0 * x"))
    assert run(copy, program, **where) == ["3.0", "1", "0"]
    assert list((tmp_path / "kept").rglob("*.nbc"))


def test_processes_that_a_process_starts_are_told_once(copy):
    given = f"{OURS},InTreeCacheLocator"
    tell = f"import glassworks, os; print(os.environ['{VARIABLE}'])"
    assert run(copy, tell, **{VARIABLE: given}) == [given]
    assert run(copy, tell, **{VARIABLE: "ZipCacheLocator"}) == [f"{OURS},ZipCacheLocator"]


def test_a_docstring_of_a_kernels_file_counts(copy):
    """numba compiles again after any edit of a file, so the mark that says that kernels are compiled must go too."""
    tell = "from glassworks.compiled import sources; print(sources())"
    before = run(copy, tell)
    (copy / "liquids/none.py").write_text('"""Holds no kernel."""\n')
    assert run(copy, tell) == before
    (copy / "liquids/other.py").write_text(f'"""Once more."""\n{CALLED}')
    assert run(copy, tell) != before


def test_real_kernels_follow_the_formulas_that_they_inline():
    for kernel in ("configurations/forces.py", "liquids/dynamics_kernel.py", "minimize/methods.py"):
        assert {*(PACKAGE / "models/potentials").glob("*.py")} <= closure(PACKAGE / kernel)
    assert PACKAGE / "minimize/methods.py" not in closure(PACKAGE / "liquids/swap_kernel.py")


def test_compiling_says_so_once(copy):
    """A minute of silence at the first use looks like a program that hangs; kept kernels are no news."""
    twice = TELL.replace("kernel(1.0)", "kernel(kernel(1))")
    said = both(copy, twice)[1]
    assert (
        said == "glassworks: compiling kernels of liquids, once for this machine; that usually takes 10 to 30 seconds\n"
    )
    assert both(copy, twice) == (["7.0", "2", "0"], "")


def test_kernels_of_others_are_compiled_without_a_word(copy):
    other = "import glassworks.liquids.extra\nfrom numba import njit\nprint(njit(lambda x: 2 * x)(1.0))"
    assert both(copy, other) == (["2.0"], "")


@pytest.fixture
def nowhere(copy) -> dict[str, str]:
    """Folders for kernels that cannot be made, whoever asks: an installation and a home that are not ours to write."""
    for folder in (copy, copy / "liquids", copy / "models"):
        (folder / "__pycache__").write_text("")
    return {"HOME": os.devnull, "XDG_CACHE_HOME": os.devnull}


def test_where_nothing_can_be_kept_it_runs(copy, nowhere):
    for _ in range(2):
        answer, said = both(copy, **nowhere)
        assert answer == ["3.0", "0", "1"]
        assert said.count("cannot be kept") == 1 and "NUMBA_CACHE_DIR" in said
    kept = copy.parent / "kept"
    assert both(copy, NUMBA_CACHE_DIR=str(kept), **nowhere)[0] == ["3.0", "0", "1"]
    assert both(copy, NUMBA_CACHE_DIR=str(kept), **nowhere) == (["3.0", "1", "0"], "")


def test_what_an_administrator_has_compiled_is_used(copy):
    """Kernels beside the sources of an installation that is read-only; the home is, too."""
    assert run(copy) == ["3.0", "0", "1"]
    barred = f"import tempfile\ndef no(*_, **__): raise PermissionError(13, 'no')\ntempfile.TemporaryFile = no\n{TELL}"
    assert both(copy, barred) == (["3.0", "1", "0"], "")


FULL = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n{TELL}"
"""A file system that takes the index of a kernel, which is short, and no kernel."""


def test_a_full_disk_costs_no_job(copy):
    answer, said = both(copy, FULL)
    assert answer == ["3.0", "0", "1"] and "cannot be kept" in said
    assert both(copy)[0] == ["3.0", "0", "1"]
    assert both(copy) == (["3.0", "1", "0"], "")


def test_a_disk_that_was_full_leaves_no_old_kernel_under_new_sources(copy):
    """numba writes the index, which bears the stamp of the sources, before the kernel."""
    assert run(copy) == ["3.0", "0", "1"]
    (copy / "models/called.py").write_text(CALLED.replace("2.0 * x", "5.0 * x"))
    assert run(copy, FULL) == ["6.0", "0", "1"]
    assert run(copy) == ["6.0", "0", "1"]
    assert run(copy) == ["6.0", "1", "0"]


@pytest.mark.parametrize("end", [".nbi", ".nbc"])
@pytest.mark.parametrize("content", [b"", b"half", b"\x80\x05\x8c\x05other."])
def test_a_damaged_kernel_is_compiled_again(copy, end, content):
    assert run(copy) == ["3.0", "0", "1"]
    [file] = copy.rglob(f"*{end}")
    file.write_bytes(content)
    assert run(copy) == ["3.0", "0", "1"]
    assert run(copy) == ["3.0", "1", "0"]


OVERTAKEN = """\
import pathlib, sys, time
from numba.core.caching import IndexDataCacheFile as Kept
from glassworks.liquids.extra import kernel

def wait_for(name):
    until = time.monotonic() + 5.0
    while not pathlib.Path(name).exists() and time.monotonic() < until:
        time.sleep(0.01)

def save_index(self, overloads, plain=Kept._save_index):
    pathlib.Path("looked").touch()
    wait_for("named")
    plain(self, overloads)

def save_data(self, name, data, plain=Kept._save_data):
    pathlib.Path("named").touch()
    wait_for("kept")
    plain(self, name, data)

if sys.argv[1] == "first":
    Kept._save_data = save_data
    wait_for("looked")
    kernel(1.0)
else:
    Kept._save_index = save_index
    kernel(1j)
    pathlib.Path("kept").touch()
"""


def test_two_that_keep_a_kernel_for_other_types_at_once_keep_both(copy, tmp_path):
    """Both would look for a free name before either takes it, and the one that looked first keep its own last: a
    kernel of real numbers would be found under complex ones."""
    environment = {name: value for name, value in os.environ.items() if name not in (VARIABLE, "NUMBA_CACHE_DIR")}
    command = [sys.executable, "-c", OVERTAKEN]
    started = [
        subprocess.Popen([*command, which], env={**environment, "PYTHONPATH": str(tmp_path)}, cwd=tmp_path)
        for which in ("first", "second")
    ]
    assert [each.wait(60) for each in started] == [0, 0]
    tell = "from glassworks.liquids.extra import kernel\nprint(kernel(1.0), kernel(1j))\n"
    tell += "print(sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values()))"
    assert run(copy, tell) == ["3.0", "(1+2j)", "2", "0"]
