"""A study of one table, figure, printed table and measure, as a newcomer would write it: files in a folder, no more."""

from pathlib import Path

FILES = {
    "__init__": '''"""A made-up study."""

from glassworks.studies.study import Study

STUDY = Study(__name__, raw=("moduli",), tables=("summary",))
RAW = STUDY.raw
''',
    "analysis": '''"""Mean moduli of each size."""


def derive(paper, raw):
    rows = raw["moduli"]
    if rows.empty:
        return {"summary": rows}
    found = rows.groupby(["group", "n"], as_index=False).agg(shear=("shear", "mean"), samples=("shear", "size"))
    return {"summary": found.assign(included=True, reason="ok", ensemble="all", temperature=float("nan"))}
''',
    "columns": '''"""What the columns of the summary are."""

from glassworks.statistics.columns import KEYS, take

WORDS = KEYS | {
    "shear": ("ε/λ^d", "mean athermal shear modulus"),
    "samples": ("1", "glasses"),
    "included": ("", "whether the size counts"),
    "reason": ("", "why not"),
}
COLUMNS = {"summary": take(WORDS, "group n shear samples included reason ensemble temperature")}
''',
    "measures": '''"""What claims of the study are measured by."""

from glassworks.claims.measures import Measurement, Measures

MEASURES = Measures()


@MEASURES.register
def exponent(tables, group):
    """The modulus, under a name that another study has too."""
    row = tables.rows("summary", group=group).iloc[0]
    return Measurement(row["shear"], row["shear"] - 0.1, row["shear"] + 0.1, int(row["samples"]), "made up")
''',
    "figures": '''"""The study's figures."""

from glassworks.figures import style


def moduli(tables):
    """Fig. 2.1: G against N."""
    figure = style.figure()
    axes = figure.subplots()
    axes.plot(tables["summary"]["n"], tables["summary"]["shear"], "o")
    axes.axhline(tables.options["level"])
    return figure


FIGURES = {"2.1": moduli, "S7": moduli}
''',
    "printed": '''"""The tables that the study prints."""


def sizes(tables):
    """Table 1: G by N."""
    return tables["summary"][["n", "shear"]]


PRINTED = {"1": sizes}
''',
}

PAPER = """\
paper: mine
title: My own study
authors: A. Newcomer
reference: none yet
doi: none
groups:
  reference:
    role: glasses whose moduli are compared
    model: ipl-3d
    protocol: {kind: molecular_dynamics, temperature: 2.0, time: 20.0}
    block_samples: {400: 2}
    observables:
      moduli: {}
scales:
  smoke:
    reference:
      - {n: 400, samples: 2}
figures:
  "2.1": {title: Moduli by size, tables: [summary], options: {level: 1.0}}
  S7: {title: The same again, tables: [summary], options: {level: 2.0}}
tables:
  1: {title: Moduli, tables: [summary]}
claims:
  - id: stiff
    statement: glasses are stiff
    place: p. 1
    published: 13.0
    rival: {value: 0.0, why: they flow}
    kind: value
    tolerance: [1.0, 30.0]
    reason: any solid
    measure: exponent
    options: {group: reference}
    requires: {samples: 1}
"""


def write(folder: Path) -> None:
    """The study's room, in the folder of its name."""
    folder.mkdir(parents=True)
    for name, source in FILES.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
