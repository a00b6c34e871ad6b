"""A small campaign of fixed declarations, so that tuning the real ones breaks no test of how they are read."""

import shutil
from pathlib import Path

from glassworks.campaign.planned.ensembles import Ensemble, paper_ensembles
from glassworks.campaign.planned.loading import load_campaign

ROOT = Path(__file__).resolve().parents[1]

MAIN = "seed: 7\nscale: desk\ntables: computed\npapers: [pinching]\n"

PAPER = """\
paper: pinching
title: A title
authors: Some authors
reference: A journal
doi: 10.1/2
units:
  onset_temperature: {value: 0.9, model: poly-3d, place: somewhere}
groups:
  parents:
    role: a ladder
    model: poly-3d
    protocol:
      kind: swap
      ladder: [1.5, 1.3, 0.9, 0.5, 0.4]
      relaxation_sweeps: {1.5: 30, 1.3: 40, 0.9: 50, 0.5: 450, 0.4: 4000}
      before: 5.0
      between: 2.0
      samples_per_chain: 10
      swap_fraction: 0.2
      tempering:
        {at_or_below: 0.4, relaxation_sweeps: {0.4: 900}, warmest: 0.9, exchange_sweeps: 100, heat_capacity: 2.4}
    minimizer: cg
    block_samples:
      1000: {1.5: 100, 0.5: 50}
      2000: 500
    observables:
      modes: {count: 30}
      moduli: {}
      dipoles: {}
    evidence: true
  spectra:
    role: cooled
    model: ipl-3d
    protocol: {kind: cooling, temperature: 1.0, equilibration_time: 20.0, end_temperature: 0.1}
    minimizer: cg
    block_samples: {1000: {0.01: 50, 0.001: 100}}
    observables: {modes: {}}
  reference:
    role: instantly quenched
    model: ipl-3d
    protocol: {kind: molecular_dynamics, temperature: 2.0, time: 20.0}
    minimizer: fire
    block_samples: {1000: 10}
    observables: {moduli: {}}
figures:
  1: {title: A figure, tables: [summary]}
claims: []
"""

DESK = """\
scale: desk
purpose: a test
papers:
  pinching:
    parents:
      - {n: 1000, temperatures: [1.3, 0.5, 0.4], samples: 200}
    spectra:
      - {n: 1000, rates: [1e-2], samples: 100}
    reference:
      - {n: 1000, samples: 20}
"""


CAPTIONS = "'1': {title: A figure, caption: What it shows}\n"


def write_toy(folder: Path) -> None:
    """Writes the toy campaign's `config` and captions into a folder; models and costs are the real ones."""
    config = folder / "config"
    shutil.rmtree(config, ignore_errors=True)
    shutil.copytree(ROOT / "config/models", config / "models")
    shutil.copy(ROOT / "config/costs.yaml", config / "costs.yaml")
    for path, text in (("config.yaml", MAIN), ("papers/pinching.yaml", PAPER), ("scales/desk.yaml", DESK)):
        (config / path).parent.mkdir(exist_ok=True)
        (config / path).write_text(text)
    captions = folder / "workflow/report/pinching.yaml"
    captions.parent.mkdir(parents=True, exist_ok=True)
    captions.write_text(CAPTIONS)


def ensembles(root: Path) -> list[Ensemble]:
    """All ensembles of the campaign in a folder, at the scale that it names."""
    campaign = load_campaign({}, root)
    return [each for paper in campaign.papers.values() for each in paper_ensembles(campaign, paper)]
