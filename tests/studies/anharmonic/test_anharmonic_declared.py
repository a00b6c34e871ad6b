"""What the study's files may not say is refused before anything runs, naming file, key and what is allowed."""

import shutil

import pytest
from project import ROOT

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.loading import load_campaign

PAPER, HARMONIC = "config/papers/anharmonic.yaml", "config/models/harmonic-mono-3d.yaml"
PULLS = "pulls: &few-pulls {most: 20, largest: 0.3, keep: true}"
MODES = "selected_modes: &few-modes {count: 14, spaced: 6,"

BAD = {
    "amplitudes that do not increase": (PAPER, PULLS, "pulls: &few-pulls {most: 20, smallest: 0.1, largest: 0.05}",
        "groups.harmonic.observables.pulls", "amplitudes must increase; allowed: above 0.1"),
    "more modes than there are": (PAPER, MODES, "selected_modes: &few-modes {count: 1500, spaced: 6,",
        "groups.harmonic.observables.selected_modes.count: 1500: 1506 modes", "allowed: up to 1497 where N = 500"),
    "a pull that begins beyond half the box": (PAPER, PULLS, "pulls: &few-pulls {smallest: 4.0, largest: 5.0}",
        "groups.harmonic.observables.pulls.smallest: 4", "beyond half the box; allowed: below 3.56 where N = 500"),
    "spheres below jamming": (HARMONIC, "packing_fraction: 0.728", "packing_fraction: 0.6",
        "groups.harmonic.model: harmonic-mono-3d", "come to rest without contacts; allowed: 0.62 or more"),
    "modes above the softest where no factor fits": (PAPER, "{500: 1, 2000: 1, 8000: 1}", "{500: 1, 64000: 1}",
        "groups.harmonic.observables.selected_modes.spaced: 6", "allowed: 0 where N is above 40000"),
    "evenly spaced modes without an end": (PAPER, "spaced: 6, highest: &above-harmonic 0.4,", "spaced: 6,",
        "groups.harmonic.observables.selected_modes", "one without the other; allowed: both, or none"),
    "a crystal that does not fill its cube": (PAPER, "{500: 1, 864: 1, 4000: 1}", "{600: 1}",
        "groups.fcc", "block_samples.600: a fcc crystal fills a cube", "allowed: 500 or 864"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_refused_with_file_key_and_what_is_allowed(tmp_path, case):
    file, old, new, *said = BAD[case]
    shutil.copytree(ROOT / "config", tmp_path / "config")
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1).replace("*above-harmonic", "0.4")
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises((ConfigurationError, ValueError)) as refusal:
        load_campaign({"papers": "anharmonic", "scale": "desk"}, tmp_path)
    assert all(each in str(refusal.value) for each in said), str(refusal.value)
