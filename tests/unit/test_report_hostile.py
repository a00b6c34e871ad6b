"""What a stranger writes into a declaration or a table is text on the page, nothing else."""

import json
from html.parser import HTMLParser

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from glassworks import report

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</style></title><svg/onload=alert(1)>",
    "&lt;script&gt;",
    "T_p^{<b>} $\\frac{1}{$",
)
MARKS = {"sub", "sup"}
"""Tags of symbols, which plain text may get."""


class Tags(HTMLParser):
    """Tags with the names of their attributes in order, all links, and the text."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in MARKS:
            self.tags.append((tag, *(name for name, _ in attributes)))
        self.links += [value for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


def written(folder, text: str) -> dict[str, Tags]:
    """The pages of a paper whose every text is this one, in declarations, captions and tables, and a
    file's name."""
    tables = folder / "tables/pinching"
    tables.mkdir(parents=True)
    words = dict.fromkeys(("statement", "place", "published", "scope", "verdict"), text)
    claim = {"paper": "pinching", "claim": text, **words, "measured": 1.0, "low": 0.5, "high": 2.0, "samples": 3}
    pd.DataFrame([claim]).to_parquet(tables / "claims.parquet")
    row = {"group": text, "ensemble": text, "model": text, "n": 400, "temperature": 0.5, "rate": 0.1, "samples": 5,
           "excluded": 1, "excluded_why": text, "included": False, "reason": text, "window_reason": text}  # fmt: skip
    table = pa.Table.from_pandas(pd.DataFrame([row, row | {"included": True}]))
    record = {b"glassworks": json.dumps({text: text, "stage": text}).encode()}
    pq.write_table(table.replace_schema_metadata(record), tables / "summary.parquet")
    field = pa.field(text, pa.float64(), metadata={"unit": text, "definition": text})
    strange = pa.table([pa.array([1.0])], pa.schema([field], record))
    pq.write_table(strange, tables / f"z{text.replace('/', '')}.parquet")
    unit = {"model": text, "spacing": 1.0, "shear": 1.0, "speed": 1.0, "onset_temperature": 1.0, "source": text}
    pd.DataFrame([unit]).to_parquet(tables / "units.parquet")
    compared = {"paper": "pinching", "comparisons": 1, "rms_z": 1.5, "beyond": 0.0, "parts": 2, "flips": 0}
    compared |= {"claims": 1, "miscalibrated": 0, **dict.fromkeys(("kind", "scale", "fault"), text)}
    pd.DataFrame([compared | {"claim": name} for name in (text, "all")]).to_parquet(folder / "calibration.parquet")
    (tables / f"{text.replace('/', '|')}.parquet").write_bytes(b"no table, because of its name")
    (folder / "captions").mkdir()
    caption = {"1": {"title": text, "caption": text, "groups": [text]}}
    (folder / "captions/pinching.yaml").write_text(yaml.safe_dump(caption, allow_unicode=True))
    erratum = {**dict.fromkeys(("place", "printed", "right", "because"), text), "claims": []}
    paper = {"paper": "pinching", "figures": {"1": {}}, "errata": {"one": erratum}} | dict.fromkeys(
        ("title", "authors", "reference", "doi"), text
    )
    pages = {name: folder / f"report/{name}.html" for name in ("pinching", "pinching_tables")}
    pages["report"] = folder / "report.html"
    common = {"provenance": {text: text}}
    costs = [{"table": text, "jobs": 1}]
    report.write_paper(paper, folder, pages["pinching"], captions=folder / "captions", costs=costs, **common)
    report.write_tables(paper, folder, pages["pinching_tables"], words={"units": {"model": (text, text)}}, **common)
    report.write_index([paper], folder, pages["report"], what=text, withheld=text, **common)
    return {name: Tags(path.read_text(encoding="utf-8")) for name, path in pages.items()}


def test_calibration_stands_beside_its_claim(tmp_path):
    text = written(tmp_path, "plain words")["pinching"].text
    assert "rms z" in text and "1.50 2 plain wordsplain words" in text
    assert "All claims, 2 plain words of plain words: 1.50, |z| > 1.96 in 0% of 1 comparisons" in text


TIMES = {"pinching": 16, "pinching_tables": 8, "report": 6}
"""How often a text stands on each page, at least."""


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_on_the_pages_is_unescaped(tmp_path, text):
    harmless = written(tmp_path / "harmless", "plain words")
    found = written(tmp_path / "hostile", text)
    for name, least in TIMES.items():
        here, there = harmless[name], found[name]
        assert len(here.tags) > 20 and there.tags == here.tags
        assert not any(link.startswith("javascript:") for link in there.links)
        own = [link.replace(f"z{text.replace('/', '')}", "z") for link in there.links]
        assert own == [link.replace("zplain words", "z") for link in here.links]
        assert there.text.count(text) >= least or text == HOSTILE[-1]
