"""The page of a paper: its claims with their verdicts, its figures, samples, tables, provenance and cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import yaml
from markupsafe import Markup

from glassworks.report import frame, origin, pictures
from glassworks.report.frame import link, named
from glassworks.report.verdicts import counted, read_claims, severity
from glassworks.studies import tables_in


@dataclass
class Section:
    """What a page is made of.

    `paper` is its file's content, `products` the folder of a scale, with `tables/<paper>` and `figures/<paper>`;
    `captions` maps numbers of figures (and `table<number>`) to `{title, caption, groups}`, `costs` holds the rows of a
    table (one a stage, same keys in each).
    """

    paper: Mapping
    products: Path
    captions: Mapping = field(default_factory=dict)
    costs: Sequence[Mapping] = ()

    @property
    def name(self) -> str:
        return str(self.paper["paper"])

    @property
    def tables(self) -> Path:
        return self.products / "tables" / self.name

    @property
    def figures(self) -> Path:
        return self.products / "figures" / self.name

    def table(self, name: str) -> pd.DataFrame:
        path = self.tables / f"{name}.parquet"
        return pd.read_parquet(path) if path.exists() else pd.DataFrame()


def write(
    paper: Mapping,
    products: Path,
    output: Path,
    *,
    captions: Path = Path("workflow/report"),
    costs: Sequence[Mapping] = (),
    provenance: Mapping[str, str] | None = None,
    withheld: str = "",
) -> None:
    """Writes the page of a paper (its file's content) to `output`, which belongs into the folder of pages; nothing in
    it is fetched from a network.

    Args:
        products: the folder of a scale.
        captions: the folder of `<paper>.yaml`.
        costs: rows of a table.
        provenance: what is common to all papers.
        withheld: why there are no verdicts, where none are promised.
    """
    one = Section(paper, Path(products), _captions(Path(captions), paper), costs)
    section = _section(one)
    frame.write(
        output,
        "paper.html.j2",
        what=origin.what(one.tables, one.products.name),
        provenance=dict(provenance or {}),
        withheld=withheld,
        section=section,
        scripts=_scripts(section),
    )


def _scripts(section: dict) -> Markup:
    """What the page can do by itself: claims sort and are chosen from, fields in space are turned."""
    space = (frame.SPACE,) if any(figure["views"] for figure in section["drawn"]) else ()
    return frame.script(*frame.SORTABLE, *space, "page.js")


def _captions(folder: Path, paper: Mapping) -> dict:
    """Those of the paper, or where it has none those of the study that draws it."""
    own, shared = (folder / f"{name}.yaml" for name in (paper["paper"], paper.get("study") or paper["paper"]))
    path = own if own.exists() else shared
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {str(name): about for name, about in (content or {}).items()}


def _section(one: Section) -> dict:
    claims, summary = read_claims(one.tables), one.table("summary")
    ensembles = _ensembles(summary)
    return {
        **named(one.paper),
        "claims": claims.to_dict("records"),
        "errata": [{"name": name, **erratum} for name, erratum in one.paper.get("errata", {}).items()],
        "calibration": _calibration(one),
        "severity": severity(claims),
        "tally": counted(claims),
        "drawn": _drawn(one, summary),
        "ensembles": ensembles,
        "units": one.table("units").to_dict("records"),
        "left_out": [row for row in ensembles if not row["included"] or row["excluded"]],
        "tables": _tables(one),
        "costs": [dict(row) for row in one.costs],
        "provenance": {"Simulated": origin.simulated(one.tables), "Analysed": origin.analysed(one.tables)},
    }


def _calibration(one: Section) -> list[dict]:
    """The rows of a paper in the table of calibration, where there is one."""
    path = one.products / "calibration.parquet"
    rows = pd.read_parquet(path) if path.exists() else pd.DataFrame(columns=["paper"])
    return rows[rows["paper"] == one.name].to_dict("records")


def _drawn(one: Section, summary: pd.DataFrame) -> list[dict]:
    """The figures and printed tables that the paper's file names, in its order, as jobs have drawn them."""
    figures = [(name, one.figures / f"fig{name}", ".pdf") for name in map(str, one.paper.get("figures", {}))]
    tables = [(name, one.tables / f"table{name}", ".csv") for name in map(str, one.paper.get("tables", {}))]
    every = (*figures, *tables)
    images = [stem.parent / f"{stem.name}.png" for _, stem, _ in every]
    shown = pictures.embedded(images, pictures.BUDGET)
    found = []
    for (name, stem, suffix), image, source in zip(every, images, shown, strict=True):
        table = suffix == ".csv"
        about = one.captions.get(f"table{name}" if table else name, {})
        whole = stem.parent / f"{stem.name}{suffix}"
        files = [(path.suffix.removeprefix("."), link(path, one.products)) for path in (whole, image)]
        found.append(
            {
                "name": name,
                "place": "Printed tables" if table else "Supplementary figures" if name[0].isalpha() else "Figures",
                "label": "Table" if table else "Fig.",
                "id": stem.name,
                "title": about.get("title", ""),
                "caption": about.get("caption", ""),
                "image": source or link(image, one.products),
                "wide": pictures.wide(image),
                "views": pictures.views(image),
                "files": [(kind, href) for kind, href in files if href],
                "samples": _behind(summary, about.get("groups", [])),
            }
        )
    return found


def _behind(summary: pd.DataFrame, groups: Sequence[str]) -> list[str]:
    """For each group and size, how many glasses, trajectories or liquids stand behind a figure, and where they are."""
    lines = []
    if summary.empty:
        return lines
    used = summary[summary["included"].astype(bool)]
    names = [
        name
        for name in dict.fromkeys(used["group"])
        if any(name == group or name.startswith(f"{group}-") for group in groups)
    ]
    for group in names:
        for (model, n), rows in used[used["group"] == group].groupby(["model", "n"]):
            lines.append(f"{group}: {model}, N = {n}; {_samples(rows.sort_values('temperature'))}")
    return lines


def _samples(rows: pd.DataFrame) -> str:
    """The samples of one group and size: by parent temperature, rate, or temperature and waiting time."""
    kind = rows["protocol"].iloc[0] if "protocol" in rows else ""
    if kind in ("step", "press"):
        each = rows.dropna(subset="rate").groupby("rate")["samples"].max()
        how = "cooled" if kind == "step" else "compressed"
        return f"trajectories {how}: " + ", ".join(f"{count} at rate {rate:g}" for rate, count in each.items())
    if rows["temperature"].isna().any():
        rates = ", ".join(f"{rate:g}" for rate in rows["rate"].dropna())
        return f"{int(rows['samples'].sum())} glasses cooled at {rates}"
    each = rows.groupby("temperature")["samples"].max()
    what = {"relax": "liquids watched at T", "direct": "trajectories quenched to T"}.get(kind, "glasses at T_p")
    return f"{what}: " + ", ".join(f"{count} at {t:g}" for t, count in each.items())


def _ensembles(summary: pd.DataFrame) -> list[dict]:
    if summary.empty:
        return []
    wanted = (
        "group ensemble model n temperature rate samples excluded excluded_why included reason "
        "modes_count window_reason pairs_count pairs_needed"
    ).split()
    return summary.reindex(columns=wanted).to_dict("records")


def _tables(one: Section) -> list[dict]:
    return [
        {"name": path.stem, "rows": pq.read_metadata(path).num_rows, "href": link(path, one.products)}
        for path in tables_in(one.tables)
    ]
