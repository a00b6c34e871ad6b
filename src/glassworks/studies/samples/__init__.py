"""Anybody's own samples: what every glass is asked first. No paper's, and the smallest study to start another from."""

from glassworks.studies.study import Study

STUDY = Study(
    __name__,
    raw=("liquids", "equilibrium", "glasses", "moduli", "modes", "dipoles", "softspots"),
    tables=("summary", "spectrum", "localization", "pinches"),
)
RAW = STUDY.raw
