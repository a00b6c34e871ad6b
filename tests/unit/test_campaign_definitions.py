"""What a job is made of: every definition that it reaches, and no other, wherever it stands."""

import functools
import io
import re
import shutil
import tokenize
from pathlib import Path

import pytest
from toy_kinds import add_mixture, add_potential, add_protocol

from glassworks import observables, protocols, watching
from glassworks.campaign.planned.definitions import PACKAGE, Library, Unknown
from glassworks.campaign.planned.sources import Module, plain
from glassworks.campaign.planned.stages import (
    NOTHING,
    STAGES,
    closed,
    code_digest,
    every_kind,
    every_part,
    joined,
    kinds,
    part_digest,
    parts,
    reached,
    stage_digest,
)
from glassworks.models import load_model, model_names
from glassworks.observables import GLASSES as OF_GLASSES
from glassworks.observables import names

# ---- a library of a few lines


class Made:
    """A package of some modules, whose digests are asked for."""

    def __init__(self, folder: Path, **modules: str):
        self.folder = folder / "small"
        self.folder.mkdir()
        self.write(__init__="", **modules)

    def write(self, **modules: str) -> None:
        for name, source in modules.items():
            path = self.folder / f"{name.replace('__in__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(source)

    def digest(self, *roots: str) -> str:
        return Library(self.folder).digest(roots)

    def names(self, *roots: str) -> set[str]:
        return {place.name for place in Library(self.folder).reached(roots)}


FORCE = '''
"""Forces."""
from math import sqrt
import numpy as np
from small.units import LENGTH as UNIT

CUTOFF = 2.5
UNUSED = 1.0


def force(r):
    """Of a pair."""
    return CUTOFF * root(r)  # in units


def root(r):
    def inner(x):
        return sqrt(x) + np.linalg.norm(x)

    return inner(r) * UNIT


def other():
    return UNUSED
'''
UNITS = "LENGTH = 1.0\nTIME = 2.0\n"


@pytest.fixture
def made(tmp_path) -> Made:
    return Made(tmp_path, force=FORCE, units=UNITS)


def test_what_is_reached(made):
    assert made.names("force:force") == {"force", "CUTOFF", "root", "LENGTH", "math.sqrt", "numpy.linalg.norm"}


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("CUTOFF = 2.5", "CUTOFF = 2.6", True),
        ("return sqrt(x)", "return 2.0 * sqrt(x)", True),
        ("from math import sqrt", "from numpy import sqrt", True),
        ("UNUSED = 1.0", "UNUSED = 2.0", False),
        ("# in units", "# in others", False),
        ('"""Of a pair."""', '"""Of two."""', False),
        ("def other():", "def new():\n    return force(1)\n\n\ndef other():", False),
        ("import numpy as np", "import numpy as np, os", False),
    ],
)
def test_what_an_edit_changes(made, old, new, changes):
    before = made.digest("force:force")
    assert FORCE.count(old) == 1
    made.write(force=FORCE.replace(old, new))
    assert (made.digest("force:force") != before) == changes


def test_a_definition_that_moves_changes_nothing(made):
    before = made.digest("force:force")
    inner = FORCE[FORCE.index("def root") : FORCE.index("def other")]
    heads = "from math import sqrt\nimport numpy as np\nfrom small.units import LENGTH as UNIT\n"
    made.write(
        force=FORCE.replace(inner, "").replace("import numpy", "from small.deeper import root\nimport numpy"),
        deeper__in____init__="from small.deeper.inside import root\n",
        deeper__in__inside=heads + "\n\n" + inner,
        units="TIME = 2.0\nfrom small.lengths import LENGTH\n",
        lengths="LENGTH = 1.0\n",
    )
    assert made.digest("force:force") == before


CLASSES = """
from small.numbers import ONE, THREE, TWO, register


class Base:
    def shared(self):
        return ONE


@register(TWO)
class Box(Base):
    edge = 1.0

    def __len__(self):
        return 3

    def volume(self):
        return TWO

    def unasked(self):
        return THREE


def use(box: Box):
    return box.volume()


def use_more(box: Box):
    return box.volume() + box.shared()
"""
NUMBERS = "ONE = 1\nTWO = 2\nTHREE = 3\n\n\ndef register(number):\n    return lambda kind: kind\n"


def test_methods_count_where_their_names_are_used(tmp_path):
    made = Made(tmp_path, boxes=CLASSES, numbers=NUMBERS)
    assert made.names("boxes:use") == {"use", "Box", "Base", "Box.volume", "TWO", "register"}
    assert made.names("boxes:use_more") - made.names("boxes:use") == {"use_more", "Base.shared", "ONE"}
    before = made.digest("boxes:use")
    made.write(boxes=CLASSES.replace("return THREE", "return 2 * THREE"))
    assert made.digest("boxes:use") == before
    made.write(boxes=CLASSES.replace("return 3", "return 4"))
    assert made.digest("boxes:use") != before


ACTING = """
from numba.extending import overload
from small.plain import TABLE, choose, Lanes, define


@overload(choose)
def choose_lanes(condition):
    return HIDDEN


HIDDEN = 1
define("add", Lanes)
TABLE["new"] = 2
"""


def test_what_acts_by_being_defined_counts_with_what_it_acts_on(tmp_path):
    plain_module = (
        "TABLE = {}\nTABLE['old'] = 1\n\n\nclass Lanes:\n    pass\n\n\ndef define(name, kind):\n    return 1\n\n\n"
        "def choose(condition):\n    return 0\n\n\ndef alone():\n    return 1\n\n\n"
        "def use():\n    return TABLE\n"
    )
    made = Made(tmp_path, plain=plain_module, acting=ACTING)
    assert {"choose", "HIDDEN"} <= made.names("plain:choose") and "HIDDEN" not in made.names("plain:alone")
    before = {root: made.digest(root) for root in ("plain:choose", "plain:Lanes", "plain:alone", "plain:use")}
    made.write(acting=ACTING.replace("HIDDEN = 1", "HIDDEN = 3"))
    assert {root for root in before if made.digest(root) != before[root]} == {"plain:choose"}
    made.write(acting=ACTING.replace('"add"', '"sub"'))
    assert {root for root in before if made.digest(root) != before[root]} == {"plain:Lanes"}
    made.write(acting=ACTING, plain=plain_module.replace("['old'] = 1", "['old'] = 2"))
    assert {root for root in before if made.digest(root) != before[root]} == {"plain:use"}


REGISTRY = """
from typing import Any

Registry = dict


def red():
    return 1


def blue():
    return 2


COLORS: Registry[str, Any] = {"red": red, "blue": (blue, 3)}


def paint(name):
    return COLORS[name]
"""


def test_a_registry_is_not_followed_and_its_members_are_named(tmp_path):
    made = Made(tmp_path, colors=REGISTRY)
    assert made.names("colors:paint") == {"paint"}
    assert made.names("colors:COLORS[blue]") == {"COLORS[blue]", "blue"}
    before = made.digest("colors:paint", "colors:COLORS[red]")
    more = REGISTRY.replace('"red": red,', '"red": red, "green": red,')
    made.write(colors=more)
    assert made.digest("colors:paint", "colors:COLORS[red]") == before
    assert Library(made.folder).keys("colors:COLORS") == ["red", "green", "blue"]


@pytest.mark.parametrize("root", ["force:nothing", "nowhere:force", "force:force[1]", "nowhere:*"])
def test_a_root_that_names_nothing(made, root):
    with pytest.raises(Unknown):
        made.digest(root)


def test_names_that_a_function_binds_are_its_own(tmp_path):
    made = Made(
        tmp_path,
        names="A = 1\nB = 2\nC = 3\n\n\n"
        "def f(A):\n    B = 1\n    return [C for C in range(A + B)], (lambda C: C)(1)\n\n\n"
        "def g(x=A):\n    global B\n    B = 2\n    return lambda: C\n\n\n"
        "def h():\n    from small.more import D\n    import small.more\n\n    return D, small.more.E\n",
        more="D = 1\nE = 2\nF = 3\n",
    )
    assert made.names("names:f") == {"f"}
    assert made.names("names:g") == {"g", "A", "B", "C"}
    assert made.names("names:h") == {"h", "D", "E"}


def test_what_a_package_hands_on_comes_before_its_module_of_the_same_name(tmp_path):
    made = Made(
        tmp_path,
        moduli__in____init__="from small.moduli.moduli import moduli\n",
        moduli__in__moduli="SHEAR = 1\n\n\ndef moduli():\n    return SHEAR\n",
        use="from small.moduli import moduli\nfrom small import moduli as room\n\n\n"
        "def one():\n    return moduli()\n\n\ndef other():\n    return room.moduli()\n",
    )
    assert made.names("use:one") == {"one", "moduli", "SHEAR"}
    assert made.names("use:other") == {"other", "moduli", "SHEAR"}


# ---- the library itself

LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def words(source: str) -> list[str]:
    """What Python's own tokenizer finds in a source, without layout, comments and strings that are whole statements."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    kept = []
    for before, token, after in zip([tokens[-1], *tokens], tokens, [*tokens[1:], tokens[0]], strict=False):
        alone = before.type in (tokenize.ENDMARKER, *LAYOUT) and after.type in (tokenize.NEWLINE, tokenize.COMMENT)
        if token.type not in LAYOUT and not (token.type == tokenize.STRING and alone):
            kept.append("".join(token.string.split()))
    return kept


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_but_comments_and_docstrings_is_left_out(path):
    module = Module("glassworks.any", path)
    nodes = {id(node): node for each in module.defines.values() for node in each}
    for node in nodes.values():
        source = "\n".join(module.lines[node.lineno - 1 : node.end_lineno])
        if not getattr(node, "decorator_list", ()):
            assert words(module.text(node)) == words(re.sub(r"^ +", "", source))
    assert not [line for line in plain(module.source).split("\n") if line.lstrip().startswith("# ")]


def test_every_kind_of_job_is_known():
    for stage, of in (("measure", observables.GLASSES), ("observe", observables.LIQUIDS)):
        assert tuple(kinds(stage)) == observables.names(of)
    prepared = {kind for stage in protocols.STAGES for kind in kinds(stage)}
    assert prepared == {each.prepared_by() for each in protocols.KINDS.values()}
    for stage, kind in every_kind():
        model = load_model("ipl-3d") if STAGES[stage].of_model else None
        assert re.fullmatch(rf"{STAGES[stage].version}-[0-9a-f]{{12}}", stage_digest(stage, kind, model))


def test_what_kinds_reach():
    swap = reached("equilibrate", "swap")
    assert any(name.startswith("liquids.swap_kernel:") for name in swap) and "campaign.planned.seeds:generator" in swap
    others = ("minimize", "liquids.cooling", "liquids.dynamics", "campaign.declared")
    assert not [name for name in swap if name.startswith(others)]
    assert "vibrations.dissection:dissect" in reached("measure", "softspots")
    assert not [name for name in reached("measure", "moduli") if name.startswith(("excitations", "vibrations.modes"))]
    assert "studies.pinching.figures:boltzmann" in reached("draw", "pinching 5")
    assert "studies.pinching.figures:boltzmann" not in reached("draw", "pinching 4")
    assert not [name for name in reached("analyse", "pinching") if name.startswith("studies.solidity")]


def test_parts_of_a_model_join_the_digest_of_a_job():
    assert joined("1-abc", [NOTHING, NOTHING]) == "1-abc"
    found = [joined("1-abc", parts) for parts in (["a", NOTHING], ["b", NOTHING], ["a", "b"], ["b", "a"])]
    assert len({*found}) == 4 and all(re.fullmatch("1-[0-9a-f]{12}", each) for each in found)
    with pytest.raises(LookupError, match="quench is of a model"):
        stage_digest("quench")


@pytest.mark.parametrize("name", watching.every_name())
def test_what_is_watched_is_stale_where_a_watcher_looks_otherwise(name):
    """Nobody among what is reached calls `take` by that name: the dynamics does, which belongs to the liquid."""
    assert f"watching.{name}:Watch.take" in reached("watch", name)
    assert not [each for each in reached("watch", name) if each.startswith("liquids.dynamics_kernel")]


def test_a_structure_is_stale_where_species_are_others():
    assert "models.mixtures.binary:Mixture.species" in reached("measure", "structure", load_model("ka"))


def test_a_job_reaches_the_parts_of_its_model_and_of_no_other():
    found = reached("quench", None, load_model("harmonic-2d"))
    assert {"models.potentials.harmonic:terms", "models.mixtures.binary:Mixture.mixing"} <= found
    others = ("models.potentials.lennard_jones", "models.potentials.sticky_spheres", "models.mixtures.power_law")
    assert not [name for name in found if name.startswith(others)]


@pytest.fixture
def copy(tmp_path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "glassworks", ignore=shutil.ignore_patterns("__pycache__")))


@functools.cache
def library(folder: Path = PACKAGE) -> Library:
    """A library as it is when it is first asked for, read once."""
    return Library(folder, closed)


@functools.cache
def digests(folder: Path = PACKAGE) -> dict[tuple, str]:
    return {each: code_digest(*each, library=library(folder)) for each in every_kind() if each[1] or not kinds(each[0])}


@functools.cache
def of_models(folder: Path = PACKAGE) -> dict[tuple[str, str], str]:
    """The digest of each kind of job on each model."""
    own = {each: code_digest(*each, library=library(folder)) for each in every_kind() if STAGES[each[0]].of_model}
    part = {name: part_digest(name, library(folder)) for name in every_part(library(folder))}
    return {
        (" ".join(filter(None, each)), name): joined(digest, [part[name] for name in parts(load_model(name))])
        for each, digest in own.items()
        for name in model_names()
    }


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert text.count(old) >= 1, (file, old)
    path.write_text(text.replace(old, new, 1))


DYNAMICS = {"equilibrate molecular_dynamics", "equilibrate cooling"}
AS_THEY_ARE = {"structure", "crystals", "pair_forces"}
"""Observables that ask nothing of the Hessian."""
BY_PRODUCTS = {f"{stage} waves" for stage in ("measure", "portion")}
"""Those that ask for products with it, and no factor."""
GLASSES = {f"{stage} {name}" for stage in ("measure", "portion") for name in set(names(OF_GLASSES)) - AS_THEY_ARE}
FACTORED = GLASSES - BY_PRODUCTS
MINIMIZED = {f"{stage} {name}" for stage in ("measure", "portion") for name in ("pull_variants", "strained_cubics")}
"""Observables that minimize."""
AT_REST = {"watch inherent", "watch stress"}
"""Watchers that quench what they see."""
ON_MODES = {
    f"{stage} {name}"
    for stage in ("measure", "portion")
    for name in (
        "modes",
        "destination_spots",
        "destinations",
        "mode_and_wave",
        "mode_fields",
        "mode_pictures",
        "nonlinear_modes",
        "pinched_modes",
        "pull_scans",
        "pull_variants",
        "pulls",
        "rearrangement",
        "saddles",
        "selected_modes",
        "strained_cubics",
    )
}


UNREACHED = (
    ("excitations/decay.py", "import numpy as np\n", "import numpy as np\n\nMORE = 3\n"),
    ("campaign/declared/campaign.py", "MAIN, COMMAND =", "MAIN, COMMAND, MORE = 1, 2, 3\nMAIN, COMMAND ="),
)
"""Edits of what no job reaches, beside each other one."""


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("vibrations/dissection.py", "def dissect(", "def dissect(more, ", FACTORED | {"step stepwise"} | AT_REST),
        ("landscape/downhill.py", "def downhill_path(", "def downhill_path(more, ", {"observe downhill"}),
        ("minimize/quench.py", "MARGIN = 0.95", "MARGIN = 0.9", {"quench", "step stepwise"} | AT_REST | MINIMIZED),
        ("liquids/cooling.py", "def cool(", "def cool(more, ", {"equilibrate cooling"}),
        ("observables/modes.py", "MISSED = 1e-6", "MISSED = 1e-7", ON_MODES),
    ],
)  # fmt: skip
def test_an_edit_changes_those_that_reach_it(copy, file, old, new, expected):
    for each in (*UNREACHED, (file, old, new)):
        edit(copy, *each)
    before, after = digests(), digests(copy)
    changed = {" ".join(filter(None, each)) for each in before if before[each] != after[each]}
    assert changed == expected


def test_a_pair_energy_and_a_mixture_more_change_nothing(copy):
    add_potential(copy)
    add_mixture(copy)
    assert {*every_part(library(copy))} - {*every_part()} == {"potential fourth", "mixture steps"}
    assert of_models(copy) == of_models() and digests(copy) == digests()
    first = part_digest("potential fourth", library(copy))
    edit(copy, "models/potentials/fourth.py", "3.0 * square", "4.0 * square")
    assert part_digest("potential fourth", Library(copy, closed)) != first


def test_a_protocol_more_changes_nothing(copy):
    add_protocol(copy)
    assert of_models(copy) == of_models() and digests(copy) == digests()


def test_an_edit_of_a_kind_changes_the_jobs_of_its_models(copy):
    edit(copy, "models/potentials/harmonic.py", "f2 = 0.25 * t", "f2 = 0.26 * t")
    edit(copy, "models/potentials/lennard_jones.py", "6.0 * cutoff**-7", "6.1 * cutoff**-7")
    edit(copy, "models/potentials/sticky_spheres.py", "a = 4α", "a = 5α")  # in words alone
    edit(copy, "models/mixtures/power_law.py", "np.arange(n) + 0.5", "np.arange(n) + 0.4")
    edit(copy, "models/mixtures/binary.py", "are none of", "are not")  # of a warning that no job gives
    edited = {"potential harmonic", "potential lennard_jones", "mixture power_law"}
    models = {name for name in model_names() if edited & {*parts(load_model(name))}}
    assert {"ka", "poly-3d", "harmonic-2d"} <= models and not {"ipl-3d", "pss-3d"} & models
    after = of_models(copy)
    assert {each for each in after if after[each] != of_models()[each]} == {each for each in after if each[1] in models}
