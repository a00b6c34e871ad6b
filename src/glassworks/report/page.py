"""Gathers what the report shows and fills the template."""

from __future__ import annotations

import base64
import json
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import yaml
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from glassworks.claims.judging import COLUMNS, VERDICTS
from glassworks.claims.severity import ENOUGH
from glassworks.studies import tables_in


@dataclass
class Section:
    """One paper's part of the report.

    `paper` is its file's content, `tables` and `figures` are folders, `captions` maps numbers of figures (and
    `table<number>`) to `{title, caption, groups}`, `costs` holds the rows of a table (one a stage, same keys in each).
    """

    paper: Mapping
    tables: Path
    figures: Path
    captions: Mapping = field(default_factory=dict)
    costs: Sequence[Mapping] = ()

    @property
    def name(self) -> str:
        return str(self.paper["paper"])

    def table(self, name: str) -> pd.DataFrame:
        path = self.tables / f"{name}.parquet"
        return pd.read_parquet(path) if path.exists() else pd.DataFrame()

    def simulated(self) -> dict[str, str]:
        """What the raw tables say about the run that made them, here or, if they are archived, elsewhere: scale, dates,
        commits, machines."""
        records = [_record(path) for path in tables_in(self.tables)]
        records = [record for record in records if isinstance(record.get("sources"), Mapping)]
        sources = [record["sources"] for record in records]
        dates = sorted(str(each[end]) for each in sources for end in ("first", "last") if each.get(end))
        found = {
            "scale": _distinct(record.get("scale") for record in records),
            "date": " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else "",
            "git commit": _distinct(commit for each in sources for commit in each.get("git_commits", ())),
            "machine": _distinct(_plain(machine) for each in sources for machine in each.get("machines", ())),
            "packages": _distinct(_plain(packages) for each in sources for packages in each.get("packages", ())),
        }
        return {name: text for name, text in found.items() if text}

    def analysed(self) -> dict[str, str]:
        """What the summary's file says about how it was made: its plain entries, but for the scale, which is that of
        what was simulated."""
        entries = {str(key): _plain(value) for key, value in _record(self.tables / "summary.parquet").items()}
        return {key: text for key, text in entries.items() if text and key != "scale"}


def _record(path: Path) -> dict:
    """What a table says about how it was made."""
    content = (pq.read_schema(path).metadata or {}).get(b"glassworks") if path.exists() else None
    return dict(json.loads(content or b"{}"))


def _distinct(values: Iterable[object]) -> str:
    return "; ".join(dict.fromkeys(str(value) for value in values if value))


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {item}" for key, item in value.items() if isinstance(item, (str, int, float)))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value[:12] if isinstance(item, (str, int, float)))
    return "" if value is None else str(value)


def write(
    papers: Sequence[Mapping],
    products: Path,
    output: Path,
    *,
    captions: Path = Path("workflow/report"),
    costs: Mapping[str, Sequence[Mapping]] | None = None,
    provenance: Mapping[str, str] | None = None,
    withheld: str = "",
) -> None:
    """Write the report of papers (their files' contents) to `output`; nothing in it is fetched from a network.

    `products` is the folder of a scale, with `tables/<paper>` and `figures/<paper>`; links are relative to it.
    `captions` is the folder of `<paper>.yaml`, `costs` maps papers to rows of a table, `provenance` is what is common
    to all papers, `withheld` why there are no verdicts, where none are promised.
    """
    products = Path(products)
    sections = [
        Section(
            paper,
            tables=products / "tables" / paper["paper"],
            figures=products / "figures" / paper["paper"],
            captions=_captions(Path(captions), paper["paper"]),
            costs=(costs or {}).get(paper["paper"], ()),
        )
        for paper in papers
    ]
    environment = Environment(
        loader=PackageLoader("glassworks.report", "."),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "symbols": symbols}
    content = environment.get_template("page.html.j2").render(
        what=_what(sections, products.name),
        provenance=dict(provenance or {}),
        verdicts=VERDICTS,
        withheld=withheld,
        sections=[_section(one, products) for one in sections],
    )
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.parent / f".{output.name}.part"
    temporary.write_text(content, encoding="utf-8")
    os.replace(temporary, output)


def _what(sections: Sequence[Section], scale: str) -> str:
    """The scale that is shown; of archived tables the one that they were made at."""
    made = _distinct(section.simulated().get("scale") for section in sections)
    return f"scale {scale}" if made in ("", scale) else f"archived tables of scale {made}"


def _captions(folder: Path, paper: str) -> dict:
    path = folder / f"{paper}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {str(name): about for name, about in (content or {}).items()}


SUBSCRIPT = re.compile(r"(?<![\w-])([A-Zckωξ])_(\{?)([A-Za-z0∞]+)(\}?)")
SUPERSCRIPT = re.compile(r"\^\{([^}]*)\}|\^([−-]?\w+)")


def symbols(text: str) -> Markup:
    """Plain text with its symbols set: T_p, k_B, ω_g, a0, r^{2(d−1)} get subscripts and superscripts."""
    safe = str(escape(text)).replace("omega_g", "ω_g").replace("xi_", "ξ_").replace("ξ_qlm", "ξ_QLM")
    safe = SUBSCRIPT.sub(r"\1<sub>\3</sub>", safe)
    safe = SUPERSCRIPT.sub(lambda found: f"<sup>{found[1] or found[2]}</sup>", safe)
    return Markup(
        re.sub(r"\ba0\b", "a<sub>0</sub>", safe)
        .replace("e0", "e<sub>0</sub>")
        .replace("c∞", "c<sub>∞</sub>")
        .replace("G∞", "G<sub>∞</sub>")
    )


def number(value: float, digits: int = 3) -> str:
    """A measured number to three digits, an en dash where there is none."""
    if value is None or pd.isna(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if isinstance(value, int) or (float(value).is_integer() and abs(value) >= 1000):
        return f"{value:.0f}"
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa} × 10^{int(exponent)}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else digits - 1
    return f"{value:.{decimals}f}"


def _section(one: Section, base: Path) -> dict:
    claims, summary = one.table("claims").reindex(columns=list(COLUMNS)), one.table("summary")
    tally = claims["verdict"].value_counts()
    return {
        "name": one.name,
        "title": one.paper.get("title", one.name),
        "authors": one.paper.get("authors", ""),
        "reference": one.paper.get("reference", ""),
        "doi": one.paper.get("doi", ""),
        "claims": claims.to_dict("records"),
        "calibration": _calibration(base, one.name),
        "severity": _severity(claims),
        "tally": {verdict: int(tally.get(verdict, 0)) for verdict in VERDICTS},
        "drawn": _drawn(one, summary),
        "ensembles": _ensembles(summary),
        "units": one.table("units").to_dict("records"),
        "left_out": [row for row in _ensembles(summary) if not row["included"] or row["excluded"]],
        "tables": _links(one.tables, base),
        "costs": [dict(row) for row in one.costs],
        "provenance": {"Simulated": one.simulated(), "Analysed": one.analysed()},
    }


def _calibration(base: Path, paper: str) -> list[dict]:
    """The rows of a paper in the table of calibration, where there is one."""
    path = base / "calibration.parquet"
    rows = pd.read_parquet(path) if path.exists() else pd.DataFrame(columns=["paper"])
    return rows[rows["paper"] == paper].to_dict("records")


def _severity(claims: pd.DataFrame) -> str:
    """How many of the claims that were judged could have failed; tables of older versions do not tell."""
    judged = claims[claims["verdict"] != "out of reach"]
    if judged.empty:
        return ""
    if judged["severity"].isna().all():
        return "How severe these verdicts are was not told when they were made."
    could = int((judged["severity"] >= ENOUGH).sum())
    return f"{could} of {len(judged)} judged claims could have failed (severity of one half or more)."


def _drawn(one: Section, summary: pd.DataFrame) -> list[dict]:
    """The figures and printed tables that the paper's file names, in its order, as jobs have drawn them."""
    figures = [(name, one.figures / f"fig{name}", ".pdf") for name in map(str, one.paper.get("figures", {}))]
    tables = [(name, one.tables / f"table{name}", ".csv") for name in map(str, one.paper.get("tables", {}))]
    found = []
    for name, stem, suffix in (*figures, *tables):
        table = suffix == ".csv"
        about = one.captions.get(f"table{name}" if table else name, {})
        image, whole = (stem.parent / f"{stem.name}{end}" for end in (".png", suffix))
        content = image.read_bytes() if image.exists() else b""
        found.append(
            {
                "name": name,
                "place": "Printed tables" if table else "Supplementary figures" if name[0].isalpha() else "Figures",
                "label": "Table" if table else "Fig.",
                "id": stem.name,
                "title": about.get("title", ""),
                "caption": about.get("caption", ""),
                "image": "data:image/png;base64," + base64.b64encode(content).decode() if content else "",
                "whole": f"{stem.parent.parent.name}/{one.name}/{whole.name}" if whole.exists() else "",
                "suffix": suffix.removeprefix("."),
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


def _links(folder: Path, base: Path) -> list[dict]:
    links = []
    for path in tables_in(folder):
        rows = pq.read_metadata(path).num_rows
        links.append(
            {
                "name": path.stem,
                "rows": rows,
                "href": os.path.relpath(path, base),
                "kilobytes": max(1, round(path.stat().st_size / 1024)),
            }
        )
    return links
