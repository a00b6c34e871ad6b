"""What the study's files may not say is refused before anything runs, naming file, key and what is allowed."""

import shutil

import pytest
from project import ROOT

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.loading import load_campaign

PAPER, RC11 = "config/papers/sticky.yaml", "config/models/pss-3d-rc11.yaml"
LADDER, RUNGS = "config/ladders/pss-3d-rc11.yaml", "  6.0: 0.3\n  4.0: 0.3\n  3.0: 0.4\n"

BAD = {
    "a relaxation time that is none": (LADDER, RUNGS, "  6.0: 0.3\n  4.0: 0.0\n  3.0: 0.4\n",
        LADDER, "relaxation_times.4.0: 0.0: input should be greater than 0"),
    "a temperature without its time": (LADDER, RUNGS, "  6.0: 0.3\n  3.0: 0.4\n",
        PAPER, "scales.evening.rc11[0].temperatures: 4", "allowed: 6, 3, "),
    "temperatures that rise": (LADDER, RUNGS, "  6.0: 0.3\n  3.0: 0.4\n  4.0: 0.3\n",
        LADDER, "relaxation_times", "4 after 3: temperatures must descend"),
    "a correlator longer than the run": (PAPER, "every: 10, longest: 4.0", "every: 10, longest: 19.0",
        PAPER, "groups.rc11.protocol: stresses.longest: 19", "allowed: up to 18 relaxation times"),
    "a cutoff inside of the minimum": (RC11, "cutoff_over_minimum: 1.1", "cutoff_over_minimum: 1.0",
        RC11, "potential.cutoff_over_minimum: 1.0: input should be greater than 1"),
    "Hertzian spheres without contacts": ("config/models/hertzian-3d.yaml", "density: 0.938", "density: 0.6",
        PAPER, "groups.hertzian.model: hertzian-3d", "come to rest without contacts; allowed: 0.62 or more"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_refused_with_file_key_and_what_is_allowed(tmp_path, case):
    file, old, new, *said = BAD[case]
    shutil.copytree(ROOT / "config", tmp_path / "config")
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((ConfigurationError, ValueError)) as refusal:
        load_campaign({"papers": "sticky", "scale": "evening"}, tmp_path)
    assert all(each in str(refusal.value) for each in said), str(refusal.value)
