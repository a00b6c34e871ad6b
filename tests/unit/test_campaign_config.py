"""Bad declarations are refused with a sentence that names file, key, value and what is allowed."""
# ruff: noqa: E501

import json
import re
import shutil
import typing
from pathlib import Path

import pytest
from toy import PAPER as PAPER_TEXT
from toy import ensembles, write_toy

from glassworks.campaign.declared.campaign import scale_names, stated
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.declared.fitting import group_problems
from glassworks.campaign.declared.papers import RESERVED, scales_of
from glassworks.campaign.declared.sections import LadderFile, MainFile, PaperFile, ScaleFile
from glassworks.campaign.planned import loading
from glassworks.campaign.planned.checks import check_captions, check_claims
from glassworks.campaign.planned.costs import read_costs
from glassworks.campaign.planned.ensembles import paper_ensembles
from glassworks.campaign.planned.finding import find, keep
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.rooms import check_room
from glassworks.claims import Claim
from glassworks.models import Model
from glassworks.models.specification import packed

ROOT = Path(__file__).resolve().parents[2]
PAPER, DESK, MAIN = "config/papers/pinching.yaml", "config/scales/desk.yaml", "config/config.yaml"
POLY = "config/models/poly-3d.yaml"

BAD = {
    "unknown model": (PAPER, "    model: poly-3d\n    protocol", "    model: poly-33d\n    protocol",
        "groups.parents.model: poly-33d: unknown model (did you mean poly-3d?); allowed: harmonic-2d, harmonic-2d-phi086, "),
    "unknown paper": (MAIN, "papers: [pinching]", "papers: [pinchin]",
        "config/config.yaml: papers: pinchin: unknown paper (did you mean pinching?); allowed: pinching"),
    "unknown paper in a scale": (DESK, "  pinching:", "  pinchin:",
        "config/scales/desk.yaml: papers: pinchin: unknown paper (did you mean pinching?); allowed: pinching"),
    "unknown group in a scale": (DESK, "    parents:", "    parent:",
        "config/scales/desk.yaml: papers.pinching: parent: unknown group (did you mean parents?); allowed: parents, "),
    "unknown observable": (PAPER, "      dipoles: {}", "      dipole: {}",
        "groups.parents.observables: dipole: unknown observable (did you mean dipoles?); allowed: "),
    "unknown parameter": (PAPER, "      modes: {count: 30}", "      modes: {cuont: 3}",
        "groups.parents.observables.modes.cuont: unknown key (did you mean count?); allowed: count"),
    "bad parameter": (PAPER, "      modes: {count: 30}", "      modes: {count: 0}",
        "groups.parents.observables.modes.count: 0: input should be greater than or equal to 1"),
    "unknown minimizer": (PAPER, "minimizer: cg", "minimizer: cgg",
        "groups.parents.minimizer: cgg: unknown minimizer (did you mean cg?); allowed: cg, "),
    "unknown protocol": (PAPER, "      kind: swap\n", "      kind: swop\n",
        "groups.parents.protocol.kind: swop: unknown (did you mean swap?); allowed: annealing, compression, cooling, crystal, direct, imported, molecular_dynamics, "),
    "misspelt key": (PAPER, "      swap_fraction: 0.2", "      swap_fractoin: 0.2",
        "config/papers/pinching.yaml: groups.parents.protocol.swap_fractoin: unknown key (did you mean swap_fraction?); allowed: before, "),
    "missing key": (PAPER, "doi: 10.1/2\n", "", "config/papers/pinching.yaml: doi: this key is missing"),
    "key written twice": (PAPER, "paper: pinching\n", "paper: pinching\npaper: pinching\n", "paper: this key is written twice"),
    "not YAML": (PAPER, "paper: pinching\n", "paper: [pinching\n", "config/papers/pinching.yaml: line "),
    "negative temperature": (PAPER, "ladder: [1.5, ", "ladder: [-1.5, ",
        "groups.parents.protocol.ladder[0]: -1.5: input should be greater than 0"),
    "temperatures that ascend": (PAPER, "ladder: [1.5, 1.3", "ladder: [1.3, 1.5",
        "groups.parents.protocol.ladder: 1.5 after 1.3: temperatures must descend"),
    "relaxation time of no rung": (PAPER, "{1.5: 30, ", "{1.6: 30, ",
        "groups.parents.protocol: relaxation_sweeps lacks the ladder's temperature 1.5"),
    "tempered rung without a time": (PAPER, "relaxation_sweeps: {0.4: 900}", "relaxation_sweeps: {}",
        "groups.parents.protocol: tempering.relaxation_sweeps lacks the ladder's temperature 0.4"),
    "time of a rung that is not tempered": (PAPER, "relaxation_sweeps: {0.4: 900}", "relaxation_sweeps: {0.4: 900, 0.5: 700}",
        "groups.parents.protocol: tempering.relaxation_sweeps: 0.5: not on the ladder; allowed: 0.4"),
    "evidence of a quench": (PAPER, "    observables: {modes: {}}", "    observables: {modes: {}}\n    evidence: true",
        "groups.spectra: evidence: true: a cooled liquid is in no equilibrium to be tested; allowed: false"),
    "temperature that is no rung": (DESK, "temperatures: [1.3, ", "temperatures: [1.31, ",
        "papers.pinching.parents[0].temperatures: 1.31: not on the ladder in config/papers/pinching.yaml; allowed: 1.5, 1.3, "),
    "hotter than the ladder": (DESK, "temperatures: [1.3, ", "temperatures: [2.31, ",
        "papers.pinching.parents[0].temperatures: 2.31: not on the ladder in config/papers/pinching.yaml; allowed: 1.5, 1.3, "),
    "negative temperature in a scale": (DESK, "temperatures: [1.3, ", "temperatures: [-1.3, ",
        "config/scales/desk.yaml: papers.pinching.parents[0].temperatures[0]: -1.3: input should be greater than 0"),
    "rate of a ladder": (DESK, "{n: 1000, temperatures: [1.3, ", "{n: 1000, rates: [0.1], temperatures: [1.3, ",
        "parents[0].rates: the group parents is made by swap, which has no rates to choose; allowed: temperatures"),
    "part of a block": (DESK, "    parents:\n      - {n: 1000,", "    parents:\n      - {n: 1000, samples: 150,",
        "samples: this key is written twice"),
    "size without a block": (DESK, "    parents:\n      - {n: 1000,", "    parents:\n      - {n: 1001,",
        "papers.pinching.parents[0].n: 1001: groups.parents.block_samples in config/papers/pinching.yaml lacks this size; allowed: 1000, "),
    "too few particles": (DESK, "    parents:\n      - {n: 1000,", "    parents:\n      - {n: 100,",
        "papers.pinching.parents[0].n: 100: at density 0.58 of poly-3d the box is 5.57 wide, but the cutoff needs more than 6.22, or "
        "particles overlap with their images; allowed: n of 140 or more"),
    "too dense": (POLY, "density: 0.58", "density: 5.8",
        "particles overlap with their images; allowed: n of 1394 or more (or, in config/models/poly-3d.yaml, a density below 4.16)"),
    "negative density": (POLY, "density: 0.58", "density: -0.58",
        "config/models/poly-3d.yaml: density: -0.58: input should be greater than 0"),
    "misspelt key of a model": (POLY, "density: 0.58", "densty: 0.58",
        "config/models/poly-3d.yaml: densty: unknown key (did you mean density?); allowed: "),
    "chains across blocks": (PAPER, "samples_per_chain: 10", "samples_per_chain: {1.5: 10, 1.3: 10, 0.9: 10, 0.5: 10, 0.4: 5}",
        "groups.parents: block_samples.1000.0.4: 10 chains: must divide the warmer block, 5 chains"),
    "parts of chains": (PAPER, "samples_per_chain: 10", "samples_per_chain: {1.5: 10, 1.3: 10, 0.9: 10, 0.5: 20, 0.4: 20}",
        "groups.parents: block_samples.1000: 50: must be a multiple of samples_per_chain, 20, at 0.5"),
    "spacing for some rungs": (PAPER, "between: 2.0", "between: {1.5: 2.0, 1.3: 1.0}",
        "groups.parents.protocol: between lacks the ladder's temperature 0.9, 0.5, 0.4"),
    "spacing for another rung": (PAPER, "between: 2.0", "between: {1.5: 2, 1.3: 2, 0.9: 2, 0.5: 1, 0.4: 1, 0.3: 1}",
        "groups.parents.protocol: between: 0.3: not on the ladder; allowed: 1.5, 1.3, 0.9, 0.5, 0.4"),
    "crystals in four dimensions": (PAPER, "    model: ipl-3d\n    protocol: {kind: cooling, temperature: 1.0, equilibration_time: 20.0, end_temperature: 0.1}\n    minimizer: cg\n    block_samples: {1000: {0.01: 50, 0.001: 100}}\n    observables: {modes: {}}",
        "    model: ipl-4d\n    protocol: {kind: cooling, temperature: 1.0, equilibration_time: 20.0, end_temperature: 0.1}\n    minimizer: cg\n    block_samples: {1000: {0.01: 50, 0.001: 100}}\n    observables: {crystals: {}}",
        "config/papers/pinching.yaml: groups.spectra.observables: crystals: ipl-4d has 4 dimensions; allowed: models in 3"),
    "broken block": (PAPER, "      samples_per_chain: 10\n", "      samples_per_chain: 7\n",
        "groups.parents: block_samples.1000: 100: must be a multiple of samples_per_chain, 7"),
    "text for a number": (MAIN, "seed: 7", "seed: many", "config/config.yaml: seed: many: input should be a valid integer"),
    "infinite time": (PAPER, "before: 5.0", "before: .inf", "groups.parents.protocol.before: inf: input should be a finite number"),
    "packing fraction without a dimension": (POLY, "dimension: 3\ndensity: 0.58", "packing_fraction: 0.5",
        "config/models/poly-3d.yaml: dimension: this key is missing"),
    "packing fraction beside a density": (POLY, "density: 0.58", "density: 0.58\npacking_fraction: 0.5",
        "config/models/poly-3d.yaml: density and packing_fraction exclude each other"),
    "no density": (POLY, "density: 0.58\n", "", "config/models/poly-3d.yaml: density: this key is missing, or packing_fraction in its place"),
    "negative packing fraction": (POLY, "density: 0.58", "packing_fraction: -0.5",
        "config/models/poly-3d.yaml: packing_fraction: -0.5: input should be greater than 0"),
    "truth for a number": (POLY, "density: 0.58", "density: true", "config/models/poly-3d.yaml: density: true: input should be a valid number"),
    "a quoted number": (POLY, "density: 0.58", "density: '0.58'", "config/models/poly-3d.yaml: density: '0.58': input should be a valid number"),
    "a fraction of dimensions": (POLY, "dimension: 3", "dimension: 3.0", "config/models/poly-3d.yaml: dimension: 3.0: input should be a valid integer"),
    "an exponent that fills the memory": (POLY, "exponent: 10", "exponent: 1000000000000",
        "config/models/poly-3d.yaml: potential.exponent: 1000000000000: input should be less than or equal to 100"),
    "sizes that overflow": (POLY, "exponent: 3.0, smallest: 1.0", "exponent: 3.0e+3, smallest: 1.0e-3",
        "config/models/poly-3d.yaml: mixture: what follows from these numbers is too large or too small to be computed with"),
    "pairs without a length": (POLY, "nonadditivity: 0.1", "nonadditivity: 5.0",
        "config/models/poly-3d.yaml: mixture: nonadditivity: 5: the smallest and the largest particle would have no length; allowed: below 0.819672"),
    "a group's name for a shell": (PAPER, "  parents:\n", "  'a; rm -rf':\n",
        "config/papers/pinching.yaml: groups.a; rm -rf: 'a; rm -rf' is no name; allowed: lower-case letters, digits and single hyphens"),
    "a table elsewhere": (PAPER, "tables: [summary]", "tables: [../../secrets]", "figures.1.tables[0]: ../../secrets: string should match"),
    "a number that is not printed": (PAPER, "tables: [summary]}", "tables: [summary], options: {energy: quartic-law}}", "figures.1.options.energy: quartic-law: is the name of no number that the paper prints; allowed: a number, a claim that has one"),
    "an error of the paper that no claim shows": (PAPER, "figures:\n", "errata:\n  sign: {place: Eq. 1, printed: plus, right: minus, because: signs, claims: [none]}\nfigures:\n", "errata.sign.claims: none: is the id of no claim; allowed: none"),
    "a figure below one": (PAPER, "  1: {title", "  -1: {title", "figures.-1: -1: is the number of no figure; allowed: 1, 2.1, S7"),
    "a block of two kinds": (PAPER, "2000: 500", "2000: many",
        "groups.parents.block_samples.2000: many: input should be a valid integer or a valid dictionary"),
    "an empty block": (PAPER, "2000: 500", "2000: {}", "groups.parents.block_samples.2000: {}: "),
    "steps without end": (PAPER, "{kind: cooling, temperature: 1.0, equilibration_time: 20.0, end_temperature: 0.1}",
        "{kind: stepwise, temperature: 1.0, equilibration_time: 50.0, end_temperature: 0.1, step: 1.0e-9}",
        "groups.spectra.protocol: step: 1e-09: makes 900000001 rungs; allowed: up to 300"),
    "replicas without end": (PAPER, "heat_capacity: 2.4", "heat_capacity: 1.0e+20",
        "groups.parents.protocol.tempering in config/papers/pinching.yaml; allowed: up to 1000"),
    "blocks without end": (DESK, "samples: 200", "samples: 900000000000",
        "parents[0].samples: 900000000000: makes more than 100000 blocks of 100; allowed: up to 10000000"),
    "a seed beyond tables": (MAIN, "seed: 7", "seed: 9223372036854775808", "seed: 9223372036854775808: is too large"),
    "a paper twice": (MAIN, "[pinching]", "[pinching, pinching]", "config/config.yaml: papers: pinching: is named twice"),
    "wrong name inside": (DESK, "scale: desk", "scale: dusk", "config/scales/desk.yaml: scale: dusk: must be the file's own name, desk"),
}  # fmt: skip


OWN = """\
scales:
  desk:
    parents:
      - {n: 1000, temperatures: [1.3, 0.5], samples: 200}
"""
"""What a paper's own file says of a scale."""
SHORT = "scale: desk\npurpose: a test\n"


@pytest.fixture
def root(tmp_path):
    write_toy(tmp_path)
    return tmp_path


def add_lines(root, lines: str = OWN, paper: str = PAPER) -> None:
    """Lines of scales in a paper's own file."""
    path = root / paper
    path.write_text(path.read_text().replace("figures:\n", f"{lines}figures:\n"))


@pytest.mark.parametrize("case", BAD)
def test_refused_with_file_key_value_and_what_is_allowed(root, case):
    file, old, new, message = BAD[case]
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "desk"}, root)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith(f"{file}: ") or case in ("too dense", "replicas without end")


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (120, "parents[0].samples: 120: must be a multiple of the group's block of 100; allowed: 100 or 200, ..."),
        (20, "parents[0].samples: 20: must be a multiple of the group's block of 50; allowed: 50, ..."),
    ],
)
def test_samples_must_fill_blocks(root, samples, message):
    path = root / DESK
    path.write_text(path.read_text().replace("samples: 200", f"samples: {samples}", 1))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "desk"}, root)
    assert message in str(refusal.value)


def test_missing_campaign(tmp_path):
    with pytest.raises(ConfigurationError, match=r"config/config.yaml: there is no such file"):
        load_campaign({}, tmp_path)


@pytest.mark.parametrize("scale", ["smoke", "desk", "evening", "overnight", "paper"])
def test_declarations_are_good(scale):
    campaign = load_campaign({"scale": scale}, ROOT)
    for paper in campaign.papers.values():
        check_claims(paper)


def test_numbers_with_an_exponent_are_numbers(root):
    assert "1e-2" in (root / DESK).read_text()
    campaign = load_campaign({"scale": "desk"}, root)
    assert campaign.papers["pinching"].grids["spectra"][0].rates == [0.01]


def test_first_problem_does_not_hide_the_second(root):
    path = root / PAPER
    path.write_text(path.read_text().replace("minimizer: cg", "minimizer: cgg", 2))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "desk"}, root)
    assert len(refusal.value.problems) == 2


COMMANDS = {
    "empty scale": ({"scale": None}, "scale: is empty; allowed: desk"),
    "empty text": ({"scale": ""}, "scale: is empty; allowed: desk"),
    "empty seed": ({"seed": None}, "seed: is empty; allowed: a whole number, 0 or more"),
    "empty tables": ({"tables": None}, "tables: is empty; allowed: computed, archive"),
    "empty papers": ({"papers": None}, "papers: is empty; allowed: pinching"),
    "no paper": ({"papers": []}, "papers: is empty; allowed: pinching"),
    "a comma too much": ({"papers": "pinching,"}, "papers: an empty name; allowed: pinching"),
    "twice": ({"papers": "pinching, pinching"}, "papers: pinching: is named twice"),
    "unknown paper": ({"papers": "pinching, pinchign"}, "papers: pinchign: unknown paper (did you mean pinching?)"),
    "unknown scale": ({"scale": "dsek"}, "scale: dsek: unknown scale (did you mean desk?); allowed: desk"),
    "scale elsewhere": ({"scale": "../scales/desk"}, "scale: ../scales/desk: unknown scale; allowed: desk"),
    "a fraction of seeds": ({"seed": 1.0}, "seed: 1.0: input should be a valid integer"),
    "a quoted seed": ({"seed": "1e3"}, "seed: '1e3': input should be a valid integer"),
    "negative seed": ({"seed": -1}, "seed: -1: input should be greater than or equal to 0"),
    "seed beyond tables": ({"seed": 2**63}, "seed: 9223372036854775808: input should be less than or equal to 92233720368547758"),
    "true seed": ({"seed": True}, "seed: true: input should be a valid integer"),
    "number of papers": ({"papers": 3}, "papers: 3: input should be a valid list"),
    "unknown key": ({"scal": "desk"}, "scal: unknown key (did you mean scale?); allowed: papers, scale, seed, tables"),
}  # fmt: skip


@pytest.mark.parametrize("case", COMMANDS)
def test_what_the_command_line_says_is_not_blamed_on_a_file(root, case):
    given, message = COMMANDS[case]
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign(given, root)
    [problem] = refusal.value.problems
    assert problem.startswith(f"command line: {message}")


def test_names_on_the_command_line_are_stripped(root):
    twin = (root / PAPER).read_text().replace("pinching", "twin", 1)
    (root / "config/papers/twin.yaml").write_text(twin.replace("figures:", f"{OWN}figures:"))
    assert list(load_campaign({"papers": " twin , pinching "}, root).papers) == ["twin", "pinching"]


def test_options_that_were_not_given_change_nothing(root):
    assert stated(seed=None, scale="desk", tables=None) == {"scale": "desk"}


def leave(root, name: str, content: bytes | None) -> None:
    """Something in the folder of papers: a file, or (without content) a link to nowhere."""
    path = root / "config/papers" / name
    path.write_bytes(content) if content is not None else path.symlink_to("somebody@somewhere.1234")


LEFT = {
    "._pinching.yaml": b"\0\5\x16\7Mac OS X",
    ".#pinching.yaml": None,
    "pinching.yaml~": b"paper: [",
    "pinching (copy).yaml": b"paper: pinching\n",
    "pinching-before.yaml": b"paper: pinching\n",
    "broken.yaml": b"paper: [\n",
    "latin.yaml": "title: é".encode("latin-1"),
    "lost.yaml": None,
}


@pytest.mark.parametrize("name", LEFT)
def test_a_job_does_not_mind_what_else_lies_among_the_papers(root, name):
    leave(root, name, LEFT[name])
    for every in (False, True):
        assert list(load_campaign({}, root, every=every).papers) == ["pinching"]


def test_a_job_says_why_its_own_paper_cannot_be_read(root):
    campaign = load_campaign({}, root, every=True)
    liquid = next(paper_ensembles(campaign, campaign.papers["pinching"])).liquid
    assert find(campaign, liquid.id) == liquid
    (root / PAPER).write_text("paper: [\n")
    with pytest.raises(ConfigurationError) as refusal:
        find(load_campaign({}, root, every=True), liquid.id)
    first, second = refusal.value.problems
    assert "no group of the campaign's papers makes this" in first
    assert second == "config/papers/pinching.yaml: line 2: did not find expected node content"


def test_a_job_of_another_scale_does_not_mind_the_listed_one(root):
    (root / DESK).write_text("scale: [\n")
    [problem] = load_campaign({}, root, every=True).passed_over
    assert problem.startswith("config/scales/desk.yaml: line 2: ")
    with pytest.raises(ConfigurationError, match=r"config/scales/desk.yaml: line 2: "):
        load_campaign({"scale": "desk"}, root, every=True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pinching (copy)", "config/papers/pinching (copy).yaml: pinching (copy): is no name of a paper; allowed: lower-case"),
        ("pinching-before", "config/papers/pinching-before.yaml: paper: pinching: must be the file's own name"),
        ("broken", "config/papers/broken.yaml: line 2: "),
        ("lost", "config/papers/lost.yaml: points to a file that is not there"),
    ],
)  # fmt: skip
def test_a_listed_paper_that_cannot_be_read_is_refused(root, name, said):
    content = LEFT[f"{name}.yaml"]
    if content and name == "pinching-before":
        content = (root / PAPER).read_bytes()
    leave(root, f"{name}.yaml", content)
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"papers": name}, root)
    assert str(refusal.value).startswith(said)


def test_a_folder_named_like_a_file_is_said(root):
    (root / POLY).unlink()
    (root / POLY).mkdir()
    with pytest.raises(ConfigurationError, match=r"^config/models/poly-3d.yaml: is a folder, not a file"):
        load_campaign({}, root)


def test_a_models_name_cannot_be_what_a_rule_looks_for(root):
    """Liquids of a model with `_step_` in its name would match the pattern of the rule `step`."""
    (root / "config/models/ipl_step_3d.yaml").write_text((root / "config/models/ipl-3d.yaml").read_text())
    path = root / PAPER
    path.write_text(path.read_text().replace("model: ipl-3d", "model: ipl_step_3d", 1))
    with pytest.raises(
        ConfigurationError, match=r"^config/models/ipl_step_3d.yaml: ipl_step_3d: is no name of a model"
    ):
        load_campaign({}, root)


def test_every_rule_of_one_name_is_reserved():
    """Those that are made for each paper, or of several observables, have names of two parts."""
    texts = [ROOT / "workflow/Snakefile", *(ROOT / "workflow/rules").glob("*.smk")]
    names = {name for path in texts for name in re.findall(r"^\s*rule (\w+):", path.read_text(), re.MULTILINE)}
    assert len(names) > 5 and names <= set(RESERVED)


@pytest.mark.parametrize("name", ["step", "quench", "all", "figures", "report"])
def test_a_paper_cannot_be_called_like_a_rule(root, name):
    (root / f"config/papers/{name}.yaml").write_text(PAPER_TEXT.replace("paper: pinching", f"paper: {name}"))
    with pytest.raises(ConfigurationError, match=f"{name}.yaml: paper: {name}: is a target or rule of the workflow"):
        load_campaign({"papers": name}, root)


def test_a_scale_cannot_be_called_like_a_folder_of_products(root):
    (root / "config/scales/liquids.yaml").write_text((root / DESK).read_text().replace("scale: desk", "scale: liquids"))
    with pytest.raises(ConfigurationError, match=r"liquids.yaml: scale: liquids: is another folder of results"):
        load_campaign({"scale": "liquids"}, root)


def test_a_paper_whose_liquids_another_cuts_otherwise_is_refused_before_jobs_find_the_others(root):
    twin = PAPER_TEXT.replace("paper: pinching", "paper: twin").replace("1000: {1.5: 100, 0.5: 50}", "1000: 50")
    (root / "config/papers/twin.yaml").write_text(twin)
    scale = (root / DESK).read_text()
    (root / DESK).write_text(scale + scale[scale.index("  pinching:") :].replace("pinching", "twin"))
    with pytest.raises(ConfigurationError, match=r"config/papers/twin.yaml: .*cuts the same liquid into blocks of 100"):
        load_campaign({"papers": "twin"}, root)


CLAIM = {"id": "a", "statement": "b", "place": "c", "published": 1.0, "rival": {"value": 0.4, "why": "less"}, "kind": "value",
         "tolerance": [0.5, None], "reason": "d", "measure": "change", "options": {"group": "parents", "quantity": "x"}}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"options": {"gruop": "parents", "quantity": "x"}}, "claims.a.options: gruop: unknown option of change (did you mean group?)"),
        ({"options": {"group": "parents"}}, "claims.a.options.quantity: this key is missing"),
        ({"id": 3}, "claims[0].id: 3: input should be a valid string"),
        ({"requires": {"group": "nobody"}}, "claims.a.requires.group: nobody: unknown group; allowed: parents"),
        ({"requires": {"samples": True}}, "claims.a.requires.samples: true: input should be a valid integer"),
        ({"published": None, "expected": 1.0}, "claims.a.published: null: input should be a valid string or a valid number"),
        ({"rival": None}, "claims.a.rival: null: input should be a valid dictionary"),
        ({"rival": {"value": 0.4}}, "claims.a.rival.why: this key is missing"),
        ({"rival": {"value": 0.6, "why": "less"}}, "claims.a.rival.value: 0.6: lies inside the tolerance, so that nothing tells it "
            "from what is printed; allowed: all but above 0.5"),
        ({"kind": "ordering", "rival": {"value": 0.6, "why": "less"}}, "claims.a.rival.value: 0.6: lies on the claimed side"),
        ({"published": "most of it"}, "claims.a.expected: this key is missing"),
        ({"published": "half", "expected": 0.5}, "claims.a.expected_from: this key is missing, because no number is published"),
        ({"expected": 0.3}, "claims.a.expected: 0.3: is not inside its own tolerance; allowed: above 0.5"),
        ({"range": {"coldest": 0.3, "hottest": 1.3, "tolerance": [0.0, 3.0], "reason": "a part"}}, "claims.a.range.coldest: unknown key"),
        ({"range": {"variable": "warmth", "ends": [0.3, 1.3], "reason": "d"}}, "claims.a.range.variable: warmth: unknown"),
        ({"range": {"variable": "temperature", "ends": [0.3, 1.3], "sets_in": 2.0, "reason": "d"}}, "claims.a.range: sets_in: 2: lies "
            "outside of ends; allowed: between them, or 1.3"),
    ],
)  # fmt: skip
def test_claims_are_checked_before_any_job(root, change, said):
    path = root / PAPER
    path.write_text(path.read_text().replace("claims: []", f"claims: {json.dumps([CLAIM | change])}"))
    with pytest.raises(ConfigurationError) as refusal:
        check_claims(load_campaign({}, root).papers["pinching"])
    assert said in str(refusal.value) and str(refusal.value).startswith(PAPER)


@pytest.mark.parametrize("key", ["rival", "reason", "tolerance"])
def test_a_claim_that_lacks_a_key_is_refused(root, key):
    path = root / PAPER
    claim = {name: value for name, value in CLAIM.items() if name != key}
    path.write_text(path.read_text().replace("claims: []", f"claims: {json.dumps([claim])}"))
    with pytest.raises(ConfigurationError, match=rf"{PAPER}: claims\.a\.{key}: this key is missing"):
        check_claims(load_campaign({}, root).papers["pinching"])


@pytest.mark.parametrize("scale", ["smoke", "desk", "evening", "overnight", "paper"])
def test_all_scales_but_smoke_promise_verdicts(scale):
    assert load_campaign({"scale": scale}, ROOT).verdicts == (scale != "smoke")


def test_a_scale_may_promise_no_verdicts(root):
    """Archived tables are no scale's of this campaign: they are judged."""
    path = root / DESK
    path.write_text(path.read_text().replace("purpose:", "verdicts: false\npurpose:"))
    assert not load_campaign({}, root).verdicts and not load_campaign({}, root, every=True).verdicts
    assert load_campaign({"tables": "archive"}, root).verdicts


@pytest.mark.parametrize(
    ("captions", "said"),
    [
        (b"'1': {title: a, groups: [nobody]}", "1: groups: nobody: unknown group; allowed: parents, "),
        (b"'1': {titel: a}", "1: titel: unknown key (did you mean title?); allowed: caption, groups, title"),
        ("'1': {title: é}".encode("latin-1"), "line 1: is not UTF-8"),
        (b"- a", "holds list, but a mapping"),
    ],
)
def test_captions_are_checked_before_any_job(root, captions, said):
    file = root / "workflow/report/pinching.yaml"
    file.write_bytes(captions)
    with pytest.raises(ConfigurationError) as refusal:
        check_captions(root, load_campaign({}, root).papers["pinching"])
    assert str(refusal.value).startswith("workflow/report/pinching.yaml: ") and said in str(refusal.value)


@pytest.mark.parametrize("lost", ["quench", "step", "gather", "results", "report", "default"])
def test_costs_without_a_law_are_refused(root, lost):
    path = root / "config/costs.yaml"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith(f"  {lost}:")))
    with pytest.raises(ConfigurationError, match=rf"^config/costs.yaml: (seconds|memory).{lost}: this key is missing$"):
        read_costs(root)


# ---- sizes


def test_a_papers_own_file_says_what_is_simulated(root):
    """As a scale's file does that is older."""
    before = load_campaign({}, root).papers["pinching"].grids
    lines = (root / DESK).read_text().partition("  pinching:\n")[2]
    (root / DESK).write_text(SHORT)
    add_lines(root, f"scales:\n  desk:\n{lines}")
    assert load_campaign({}, root).papers["pinching"].grids == before and before


WRONG = {
    "a group": ("parents:", "parent:", "scales.desk: parent: unknown group (did you mean parents?); allowed: parents, "),
    "a number": ("1.3, 0.5", "-1.3, 0.5", "scales.desk.parents[0].temperatures[0]: -1.3: input should be greater than 0"),
    "a temperature": ("1.3, 0.5", "1.2, 0.5", "scales.desk.parents[0].temperatures: 1.2: not on the ladder in "),
    "samples": ("samples: 200", "samples: 120", "scales.desk.parents[0].samples: 120: must be a multiple of the group's block of 100; "),
    "a key": ("samples: 200", "samples: 200, sample: 200", "scales.desk.parents[0].sample: unknown key (did you mean samples?); allowed: "),
    "a scale": ("desk:", "dsek:", "scales: dsek: unknown scale (did you mean desk?); allowed: desk"),
    "no lines": ("desk:\n", "desk:\n    spectra: 3\n", "scales.desk.spectra: 3: input should be a valid list"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_lines_of_a_papers_own_file_are_refused(root, case):
    old, new, message = WRONG[case]
    (root / DESK).write_text(SHORT)
    add_lines(root, OWN.replace(old, new))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({}, root)
    assert str(refusal.value).startswith(f"{PAPER}: {message}")


def test_lines_in_both_places_are_refused(root):
    add_lines(root)
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({}, root)
    assert str(refusal.value) == (f"{DESK}: papers.pinching: stands also in {PAPER}, scales.desk; allowed: one of them")


def test_a_scale_that_a_paper_does_not_list_is_refused(root):
    """Where tables come from the archive nothing is simulated, and a job is not asked for what it does not make."""
    (root / "config/scales/small.yaml").write_text(SHORT.replace("desk", "small"))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "small"}, root)
    assert str(refusal.value) == (
        f"{PAPER}: scales: small: is not listed, so that nothing of this paper is planned at this scale; "
        "allowed: desk (or lines for small here, or papers that have some)"
    )
    assert load_campaign({"scale": "small", "tables": "archive"}, root).papers["pinching"].grids == {}
    campaign = load_campaign({"scale": "small"}, root, every=True)
    assert campaign.papers["pinching"].grids == {} and not campaign.papers["pinching"].listed


def test_a_scale_of_ones_own_is_one_new_file(root):
    (root / "config/scales/mine.yaml").write_text((root / DESK).read_text().replace("scale: desk", "scale: mine"))
    assert (
        load_campaign({"scale": "mine"}, root).papers["pinching"].grids
        == load_campaign({}, root).papers["pinching"].grids
    )
    assert scales_of(root, "pinching", ["mine", "desk"]) == ["mine", "desk"] and scales_of(root, "twin", ["mine"]) == []


def test_scales_come_in_their_order(root):
    assert scale_names(ROOT) == ["smoke", "desk", "evening", "overnight", "paper"]
    for name, order in (
        ("a", ""),
        ("b", "order: 3\n"),
        ("c", "order: 1.5\n"),
        ("d", "order: [\n"),
        ("e", "order: true\n"),
    ):
        (root / f"config/scales/{name}.yaml").write_text(f"scale: {name}\n{order}purpose: a test\n")
    assert scale_names(root) == ["c", "b", "a", "d", "desk", "e"]


# ---- ladders

LADDER = """\
ladder: shared
purpose: a test
model: poly-3d
relaxation_sweeps: {1.5: 30, 1.3: 40, 0.9: 50, 0.5: 450, 0.4: 4000}
place: somewhere
"""
WRITTEN = """\
      ladder: [1.5, 1.3, 0.9, 0.5, 0.4]
      relaxation_sweeps: {1.5: 30, 1.3: 40, 0.9: 50, 0.5: 450, 0.4: 4000}
"""
SHARED = "config/ladders/shared.yaml"


def share(root, ladder: str = LADDER, named: str = "      ladder: shared\n") -> None:
    """Lets the toy's ladder stand in a file of its own."""
    path = root / PAPER
    assert WRITTEN in path.read_text()
    path.write_text(path.read_text().replace(WRITTEN, named))
    (root / SHARED).parent.mkdir()
    (root / SHARED).write_text(ladder)


def test_a_ladder_by_name_makes_the_same_liquids(root):
    before = [ensemble.id for ensemble in ensembles(root)]
    share(root)
    assert [ensemble.id for ensemble in ensembles(root)] == before and before


@pytest.mark.parametrize(
    ("ladder", "named", "message"),
    [
        (LADDER, "ladder: shred", f"{PAPER}: groups.parents.protocol.ladder: shred: unknown ladder (did you mean shared?); allowed: shared"),
        (LADDER, "ladder: ''", f"{PAPER}: groups.parents.protocol.ladder: an empty name; allowed: shared"),
        (LADDER, "ladder: shared\n      relaxation_sweeps: {1.5: 3}",
            f"{PAPER}: groups.parents.protocol.relaxation_sweeps: stands in {SHARED}; allowed: there, or a ladder written here"),
        (LADDER.replace("poly-3d", "poly-2d"), "ladder: shared",
            f"{PAPER}: groups.parents.model: poly-3d: {SHARED} holds relaxation times of poly-2d; allowed: poly-2d, or a ladder written here"),
        (LADDER.replace("1.5: 30, 1.3: 40", "1.3: 40, 1.5: 30"), "ladder: shared", f"{SHARED}: relaxation_sweeps: 1.5 after 1.3: temperatures must descend"),
        (LADDER.replace("place", "plaice"), "ladder: shared", f"{SHARED}: "),
        (LADDER.replace("ladder: shared", "ladder: other"), "ladder: shared", f"{SHARED}: ladder: other: must be the file's own name, shared"),
        ("ladder: [\n", "ladder: shared", f"{SHARED}: line 2: "),
        (LADDER.replace("0.5: 450, ", ""), "ladder: shared", f"{DESK}: papers.pinching.parents[0].temperatures: 0.5: not on the ladder in {PAPER}; "),
        (LADDER.replace("relaxation_sweeps", "relaxation_times"), "ladder: shared",
            f"{PAPER}: groups.parents.protocol.ladder: shared: {SHARED} holds relaxation_times, but swap counts in "
            "relaxation_sweeps; allowed: a ladder with those"),
        (LADDER + "relaxation_times: {1.5: 3}\n", "ladder: shared",
            f"{SHARED}: needs one of relaxation_sweeps and relaxation_times: a ladder is of one kind of dynamics"),
        (LADDER.replace("relaxation_sweeps: {1.5: 30, 1.3: 40, 0.9: 50, 0.5: 450, 0.4: 4000}\n", ""), "ladder: shared",
            f"{SHARED}: needs one of relaxation_sweeps and relaxation_times: a ladder is of one kind of dynamics"),
    ],
)  # fmt: skip
def test_a_ladder_that_does_not_fit_is_refused(root, ladder, named, message):
    share(root, ladder, f"      {named}\n")
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({}, root)
    assert str(refusal.value).startswith(message)


# ---- what a job reads


def papers_read(monkeypatch) -> list[str]:
    """The papers whose files are read and checked from now on."""
    read, names = loading.read_paper, []
    monkeypatch.setattr(loading, "read_paper", lambda root, name, *rest: names.append(name) or read(root, name, *rest))
    return names


def add_others(root) -> None:
    """Papers of other models, before and behind the toy's by name."""
    for name in ("before", "other", "twin"):
        paper = PAPER_TEXT.replace("paper: pinching", f"paper: {name}").replace("poly-3d", "ipl-3d")
        paper = paper.replace("\n  spectra:", "\n  spectra-4d:", 1).replace("ipl-3d", "ipl-4d")
        (root / f"config/papers/{name}.yaml").write_text(paper)


def test_a_job_reads_the_paper_of_its_own_liquid(root, monkeypatch):
    """Where the folder of the liquid tells of it."""
    add_others(root)
    made = ensembles(root)
    keep(root, made)
    names = papers_read(monkeypatch)
    for each in (made[0], made[0].liquid, made[0].liquid.above):
        assert find(load_campaign({}, root, every=True), each.id).id == each.id
    assert names == 3 * ["pinching"]
    assert load_campaign({}, root, every=True).papers["twin"].name == "twin"
    assert names == [*3 * ["pinching"], "twin"]


def test_a_job_looks_through_all_papers_where_nothing_tells_of_a_liquid(root, monkeypatch):
    """Or where what its folder tells is not true any more, or is no specification."""
    add_others(root)
    ensemble = ensembles(root)[0]
    names = papers_read(monkeypatch)
    assert find(load_campaign({}, root, every=True), ensemble.id).id == ensemble.id
    keep(root, [ensemble])
    path = root / f"results/ensembles/{ensemble.id}/specification.json"
    told = path.read_text()
    for wrong in (
        told.replace('"parents"', '"spectra"'),
        told.replace("pinching", "twin"),
        told[:40],
        "[]",
        '{"declared": 1}',
    ):
        assert wrong != told
        path.write_text(wrong)
        assert find(load_campaign({}, root, every=True), ensemble.id).id == ensemble.id
    with pytest.raises(ConfigurationError, match="no group of the campaign's papers makes this"):
        find(load_campaign({}, root, every=True), ensemble.id[:-1] + "x")
    assert {*names} == {"before", "other", "pinching", "twin"}


# ---- rooms


def test_a_paper_whose_room_is_empty_is_refused_before_anything_runs(root):
    (root / "config/papers/twin.yaml").write_text(PAPER_TEXT.replace("paper: pinching", "paper: twin"))
    with pytest.raises(ConfigurationError) as refusal:
        check_room(root, load_campaign({}, root, every=True).papers["twin"])
    file = "config/papers/twin.yaml: paper: twin: lacks its"
    assert [problem.partition("; allowed: ")[0] for problem in refusal.value.problems] == [
        f"{file} {part}" for part in ("analysis", "figures", "captions")
    ]


def test_a_figure_that_nothing_draws_is_refused_before_anything_runs(root):
    path = root / PAPER
    path.write_text(path.read_text().replace("  1: {title", "  77: {title"))
    with pytest.raises(ConfigurationError, match=rf"^{PAPER}: figures.77: is drawn by nothing in .*; allowed: 1, 2, "):
        check_room(root, load_campaign({}, root).papers["pinching"])


def test_the_papers_rooms_are_furnished():
    for paper in load_campaign({}, ROOT, every=True).papers.values():
        check_room(ROOT, paper)


# ---- the page of keys


def declared_keys(schema: type) -> set[str]:
    """The keys of a schema and of what may stand in it."""
    found = set()
    for name, about in getattr(schema, "model_fields", {}).items():
        found |= {name, *declared_keys(about.annotation)}
    return found.union(*map(declared_keys, typing.get_args(schema)))


@pytest.mark.parametrize("schema", [MainFile, PaperFile, ScaleFile, LadderFile, Model, Claim])
def test_the_page_of_config_tells_every_key(schema):
    page = (ROOT / "config/README.md").read_text()
    keys = declared_keys(schema) - ({"name"} if schema is Model else set())
    assert keys and sorted(key for key in keys if f"`{key}`" not in page) == []


def test_spheres_that_come_to_rest_apart_are_refused_as_glasses():
    campaign = load_campaign({"papers": "sticky"}, ROOT)
    paper, model = campaign.papers["sticky"], campaign.models["hertzian-3d"]
    group = paper.groups["hertzian"]
    assert group_problems(paper.file, "groups.hertzian", group, model) == []
    dilute = packed(model, 0.55)
    [said] = group_problems(paper.file, "groups.hertzian", group, dilute)
    assert said == (
        "config/papers/sticky.yaml: groups.hertzian.model: hertzian-3d: its spheres push only where they touch, and at a "
        "packing fraction of 0.55 come to rest without contacts; allowed: 0.62 or more"
    )
    liquids = group.model_copy(update={"minimizer": None, "observables": {}})
    assert group_problems(paper.file, "groups.hertzian", liquids, dilute) == []


def test_what_has_no_archive_is_passed_over_unless_it_is_named(tmp_path, capsys):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "results/archive/solidity").mkdir(parents=True)
    (tmp_path / "results/archive/solidity/frames.parquet").touch()
    assert list(load_campaign({"tables": "archive"}, tmp_path).papers) == ["solidity"]
    assert "pinching: has no archived tables in results/archive and is passed over" in capsys.readouterr().err
    assert list(load_campaign({"tables": "archive", "papers": "pinching"}, tmp_path).papers) == ["pinching"]
    assert len(load_campaign({}, tmp_path).papers) > 1 and not capsys.readouterr().err
