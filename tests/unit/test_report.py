"""Pages hold what they show without a network: an index, each paper's figures and verdicts, and what tables hold."""

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from test_figures import NAMES, PAPER, ROOT, produce

from glassworks import report
from glassworks.figures import arrows, spaces, style
from glassworks.report import pictures
from glassworks.report.paper import _behind
from glassworks.report.words import number, symbols
from glassworks.studies import draw

MEGABYTE = 10**6


@pytest.fixture(scope="module")
def products(tmp_path_factory):
    return produce(tmp_path_factory.mktemp("made"), 40)


def page_of(products: Path, paper: dict = PAPER, **more) -> str:
    """The page of a paper, as text."""
    output = products / f"report/{paper['paper']}.html"
    report.write_paper(paper, products, output, **more)
    return output.read_text(encoding="utf-8")


def test_a_papers_page_is_self_contained(products):
    for name in NAMES:
        draw(PAPER, name, products / "tables/pinching", products / f"figures/pinching/fig{name}")
    page = page_of(products, captions=ROOT / "workflow/report", costs=[{"stage": "quench", "core_hours": 0.5}])
    assert page.count("data:image/png;base64,") == len(NAMES)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page) and page.count("<script") == 3
    for claim in PAPER["claims"]:
        assert f'id="pinching-{claim["id"]}"' in page
    assert 'href="../tables/pinching/summary.parquet"' in page and "core hours" in page
    assert page.count('class="badge') >= 5 + len(PAPER["claims"])
    claims = pd.read_parquet(products / "tables/pinching/claims.parquet")
    judged = claims[claims["verdict"] != "out of reach"]
    could = (judged["severity"] >= 0.5).sum()
    assert 0 < could and f"{could} of {len(judged)} judged claims could have failed" in page


def test_libraries_of_pages_are_those_that_were_published():
    folder = ROOT / "src/glassworks/report/vendored"
    sums = dict(line.split()[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {path.name for path in folder.glob("*.js")} and len(sums) == 3
    for name, told in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == told
        assert name in (folder / "README.md").read_text()


def test_claims_can_be_sorted_and_chosen(products):
    """What the scripts of a page look for: numbers to sort by, verdicts to choose by, a field for words."""
    page = page_of(products)
    claims = pd.read_parquet(products / "tables/pinching/claims.parquet")
    rows = dict(re.findall(r'<tr id="pinching-([^"]+)" data-verdict="([^"]*)">', page))
    assert rows == dict(zip(claims["claim"], claims["verdict"], strict=True))
    numbers = [
        float(text) if text else np.nan for text in re.findall(r'data-label="measured" data-sort="([^"]*)"', page)
    ]
    np.testing.assert_allclose(numbers, claims["measured"].to_numpy(float))
    assert 'class="claims stacked sortable' in page and '<p class="filter" hidden><input type="search"' in page
    header = page[page.index("<header>") : page.index("</header>")]
    assert set(re.findall('data-verdict="([^"]*)"', header)) >= set(claims["verdict"])


def test_what_a_figure_shows_in_space_can_be_turned(tmp_path):
    """The picture carries its arrows, as they were drawn, to the page; other pictures and pages have nothing of it."""
    figure = style.figure()
    axes = arrows.space(figure, (1, 1, 1), 3)
    rows = pd.DataFrame(
        {"rank": [0, 1], "x": [-1.0, 2.0], "y": 0.0, "z": [0.5, 1.0], "dx": 0.0, "dy": [1.0, 0.25], "dz": 0.0}
    )
    arrows.draw(axes, rows, 3, 2.0, 2, style.BLUE, r"$\omega$ </script><b>")
    axes.set_title(r"(a) $N=4{,}000$", loc="left")
    stem = tmp_path / "figures/pinching/fig1.png"
    stem.parent.mkdir(parents=True)
    stem.write_bytes(style.render(figure, "png"))
    [view] = pictures.views(stem)
    assert view["title"] == "(a) N=4,000" and view["half"] == 2.0
    [field] = view["fields"]
    longest = arrows.LONGEST * 2.0
    assert field["start"] == [[-1.0, 0.0, 0.5], [2.0, 0.0, 1.0]] and field["color"] == style.BLUE.lower()
    np.testing.assert_allclose(field["end"], [[-1.0, longest, 0.5], [2.0, 0.25 * longest, 1.0]])
    page = page_of(tmp_path, {"paper": "pinching", "figures": {"1": {}, "2": {}}})
    [data] = re.findall(
        r'<script type="application/json" id="pinching-fig1-view1-data">(.*?)</script>', page, re.DOTALL
    )
    assert json.loads(data) == view and "__webpack_modules__" in page and page.count('class="turn') == 1
    assert "<b>" not in page[page.index("turn (a)") : page.index("figcaption")]
    assert field["label"] == "ω </script><b>" and spaces.plain(r"$\Delta=\pi_4-\psi$") == "Δ=π_4-ψ"
    flat = style.figure()
    flat.subplots().plot([0, 1])
    stem.write_bytes(style.render(flat, "png"))
    assert pictures.views(stem) == [] and "__webpack_modules__" not in page_of(
        tmp_path, {"paper": "pinching", "figures": {"1": {}}}
    )


def test_errors_of_the_paper_stand_on_its_page(products):
    claim = PAPER["claims"][0]["id"]
    erratum = {"place": "Eq. 7", "printed": "plus", "right": "minus", "because": "signs", "claims": [claim]}
    page = page_of(products, {**PAPER, "errata": {"sign": erratum}})
    section = page[page.index('id="errata"') : page.index('id="ensembles"')]
    assert "Eq. 7" in section and f'href="#pinching-{claim}"' in section
    assert 'id="errata"' not in page_of(products)


def test_links_lead_to_files_and_places_that_are_there(products):
    """From each page to the others, to figures and tables, and inside."""
    report.write_tables(PAPER, products, products / "report/pinching_tables.html")
    page_of(products)
    report.write_unreproduced([PAPER], products, products / "unreproduced.html", what="scale desk")
    report.write_index([PAPER], products, products / "report.html", what="scale desk")
    assert 'href="unreproduced.html"' in (products / "report.html").read_text(encoding="utf-8")
    for name in ("report.html", "unreproduced.html", "report/pinching.html", "report/pinching_tables.html"):
        page = (products / name).read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="(?!data:)([^"]*)"', page)
        assert len(links) > 2
        for link in links:
            path, _, place = link.partition("#")
            assert (products / name).parent.joinpath(path).exists(), link
            assert not place or f'id="{place}"' in page, link


def test_a_page_from_archived_tables_says_what_they_are(products, tmp_path):
    """It is drawn here and now of what was simulated elsewhere: at another scale, before, from other code."""
    tables = tmp_path / "from-archive/tables/pinching"
    shutil.copytree(products / "tables/pinching", tables)
    machine = {"cores": 64, "processor": "A <b>large</b> one", "system": "Linux"}
    sources = {
        "parts": 2, "wall_time": 1.0, "first": "2026-11-23T01:31:51+00:00", "last": "2026-11-23T02:12:55+00:00",
        "git_commits": ["5943f4d"], "machines": [machine], "packages": [{"numba": "0.68.1"}],
    }  # fmt: skip
    for name, record in {
        "glasses": {"stage": "gather", "scale": "evening", "sources": sources},
        "moduli": {"stage": "gather", "scale": "evening", "sources": {**sources, "last": "2026-11-24T00:00:00+00:00"}},
        "summary": {"stage": "analyse", "scale": "desk", "git_commit": "now", "date": "2026-12-01T00:00:00+00:00"},
    }.items():
        table = pq.read_table(tables / f"{name}.parquet")
        pq.write_table(table.replace_schema_metadata({"glassworks": json.dumps(record)}), tables / f"{name}.parquet")
    page = page_of(tables.parents[1])
    assert "<title>pinching: Glassworks report, archived tables of scale evening</title>" in page
    assert "Remade from nothing: <b>archived tables of scale evening</b>" in page
    simulated = page[page.index("Simulated</p>") : page.index("Analysed</p>")]
    for said in ("evening", "2026-11-23T01:31:51+00:00 to 2026-11-24T00:00:00+00:00", "5943f4d", "cores 64", "0.68.1"):
        assert said in simulated
    assert "A &lt;b&gt;large" in simulated and "desk" not in page[page.index("Analysed</p>") :]


def test_a_page_reads_the_claims_of_older_versions(products, tmp_path):
    folder = tmp_path / "tables/pinching"
    folder.mkdir(parents=True)
    claims = pd.read_parquet(products / "tables/pinching/claims.parquet").drop(
        columns=["expected", "rival", "severity"]
    )
    claims.assign(verdict="reproduced").to_parquet(folder / "claims.parquet")
    page = page_of(tmp_path)
    assert f"{len(claims)} reproduced" in page and "How severe these verdicts are was not told" in page


def test_a_scale_that_promises_no_verdict_says_so(products):
    withheld = {"withheld": "scale smoke promises no verdict"}
    report.write_index([PAPER], products, products / "none.html", what="scale smoke", **withheld)
    for page in (page_of(products, **withheld), (products / "none.html").read_text(encoding="utf-8")):
        assert "No verdicts: scale smoke promises no verdict." in page and "could have failed" not in page


def test_of_nothing_there_are_pages_too(tmp_path):
    assert "No claims are judged" in page_of(tmp_path)
    report.write_tables(PAPER, tmp_path, tmp_path / "tables.html")
    report.write_index([], tmp_path, tmp_path / "report.html", what="scale desk")
    assert "There are no tables" in (tmp_path / "tables.html").read_text(encoding="utf-8")
    assert "No paper has been judged" in (tmp_path / "report.html").read_text(encoding="utf-8")


# ---- the index


def test_the_index_counts_verdicts_and_leads_to_pages(tmp_path):
    """A paper whose page is not there yet has its verdicts, and no link."""
    papers = [{"paper": name, "title": f"About {name}", "figures": {"1": {}, "2": {}}} for name in ("one", "two")]
    for name, verdicts in (("one", ["reproduced", "inconclusive"]), ("two", ["reproduced"] * 3)):
        tables = tmp_path / f"tables/{name}"
        tables.mkdir(parents=True)
        claims = pd.DataFrame({"paper": name, "claim": list("abc")[: len(verdicts)], "verdict": verdicts})
        claims.assign(severity=1.0).to_parquet(tables / "claims.parquet")
    (tmp_path / "report").mkdir()
    for page in ("one.html", "one_tables.html"):
        (tmp_path / "report" / page).write_text("a page")
    report.write_index(papers, tmp_path, tmp_path / "report.html", what="scale desk", provenance={"seed": "7"})
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    total, one, two = page[page.index("<main>") : page.index("<tbody>")], *page.split("<tr id=")[1:]
    assert "4 reproduced" in total and "1 inconclusive" in total and "0 contradicted" in total
    assert 'href="report/one.html"' in one and 'href="report/one_tables.html"' in one and "1 reproduced" in one
    assert "href" not in two.partition("</tr>")[0] and "its page is not made yet" in two and "3 reproduced" in two
    assert "About one" in one and "<dt>seed</dt><dd>7</dd>" in page


# ---- tables


def written(path: Path, rows: pd.DataFrame, stage: str, words: dict) -> None:
    """A table as jobs write it, with these units and definitions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(rows)
    fields = [
        field.with_metadata(dict(zip(("unit", "definition"), words[field.name], strict=True)) if words else {})
        for field in table.schema
    ]
    head = {"glassworks": json.dumps({"stage": stage})}
    pq.write_table(table.cast(pa.schema(fields)).replace_schema_metadata(head), path, row_group_size=2)


def cells(page: str, table: str) -> dict[str, list[str]]:
    """The text of each row of a table's section, by the column's name."""
    section = page[page.index(f'<section id="{table}">') :].partition("</section>")[0]
    rows = re.findall(r"<tr><td>(.*?)</tr>", section)
    texts = [[re.sub("<[^>]*>", "", cell) for cell in row.split("<td")] for row in rows]
    return {name: [cell.partition(">")[2] for cell in others] for name, *others in texts}


def test_the_page_of_tables_tells_units_definitions_and_spans(tmp_path):
    words = {"shear": ("ε/λ^d", "modulus G_a"), "count": ("1", "how many"), "status": ("", "what is <wrong>")}
    rows = pd.DataFrame({"shear": [2.0, np.nan, 12.5, -0.0], "count": [3, 1, 2, 5], "status": ["ok", "no", "ok", "ok"]})
    tables = tmp_path / "tables/pinching"
    written(tables / "moduli.parquet", rows, "gather", words)
    written(tables / "summary.parquet", rows[["shear"]].assign(shear=np.nan), "analyse", words)
    output = tmp_path / "report/pinching_tables.html"
    report.write_tables(PAPER, tmp_path, output)
    page = output.read_text(encoding="utf-8")
    assert page.index("Raw: a row") < page.index('id="moduli"') < page.index("Derived: ") < page.index('id="summary"')
    assert "4 rows, 3 columns" in page and 'href="../tables/pinching/moduli.parquet"' in page
    assert cells(page, "moduli") == {
        "shear": ["ε/λd", "modulus Ga", "0.00", "12.5"],
        "count": ["1", "how many", "1", "5"],
        "status": ["words", "what is &lt;wrong&gt;", "", ""],
    }
    assert cells(page, "summary") == {"shear": ["ε/λd", "modulus Ga", "", ""]}


def test_words_come_before_those_of_an_old_file(tmp_path):
    """And a column that neither tells is named as such."""
    tables = tmp_path / "tables/pinching"
    rows = pd.DataFrame({"inner": [0.0], "outer": [1.0]})
    written(tables / "forces.parquet", rows, "gather", {"inner": ("λ; forces: 1", "old"), "outer": ("λ", "older")})
    written(tables / "maps.parquet", rows, "gather", {})
    output = tmp_path / "report/pinching_tables.html"
    report.write_tables(PAPER, tmp_path, output, words={"forces": {"inner": ("1", "lower end")}})
    page = output.read_text(encoding="utf-8")
    assert cells(page, "forces")["inner"][:2] == ["1", "lower end"] and cells(page, "forces")["outer"][1] == "older"
    assert cells(page, "maps")["inner"][1] == "not defined" and page.count("not defined") == 2


# ---- pictures


def noisy(path: Path, width: int, height: int, seed: int) -> int:
    """A picture that nothing makes smaller but fewer colors or points; returns its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8)).save(path)
    return path.stat().st_size


@pytest.mark.parametrize(("width", "height"), [(330, 250), (700, 600)])
def test_a_page_of_forty_figures_stays_below_15_megabytes(tmp_path, width, height):
    """Forty figures that take 250 kB, as those of today do on average, and forty five times as large."""
    paper = {"paper": "many", "figures": {str(number): {} for number in range(40)}}
    sizes = [noisy(tmp_path / f"figures/many/fig{number}.png", width, height, number) for number in range(40)]
    assert sum(sizes) > 9.8 * MEGABYTE
    page = page_of(tmp_path, paper)
    assert len(page) < 15 * MEGABYTE and page.count("data:image/png;base64,") == 40


def test_pictures_that_fit_are_shown_as_they_are(tmp_path):
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for path in paths[:2]:
        noisy(path, 20, 20, 1)
    shown = pictures.embedded(paths, 10000)
    assert [base64.b64decode(each.partition(",")[2]) for each in shown[:2]] == [each.read_bytes() for each in paths[:2]]
    assert shown[2] == ""


def test_the_largest_pictures_are_reduced_first(tmp_path):
    """To fewer colors, then to half their width and height; what does not fit even so is shown from its file."""
    small, large = tmp_path / "figures/many/fig1.png", tmp_path / "figures/many/fig2.png"
    sizes = noisy(small, 60, 60, 1), noisy(large, 200, 100, 2)

    def shown(budget: int) -> list[tuple]:
        found = [base64.b64decode(each.partition(",")[2]) for each in pictures.embedded([small, large], budget)]
        (tmp_path / "shown.png").write_bytes(found[1])
        return found[0] == small.read_bytes(), len(found[1]) and Image.open(tmp_path / "shown.png").size

    assert shown(2 * sum(sizes)) == (True, (200, 100))
    assert shown(sum(sizes)) == (True, (200, 100))
    assert shown(5 * sizes[0] // 2) == (True, (100, 50))
    assert pictures.embedded([small, large], 10) == ["", ""]
    paper = {"paper": "many", "figures": {"1": {}, "2": {}}}
    (tmp_path / "report").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "BUDGET", 10)
        page = page_of(tmp_path, paper)
    assert 'src="../figures/many/fig1.png"' in page and "data:image" not in page


def test_transparent_pictures_lie_on_white(tmp_path):
    noisy(tmp_path / "a.png", 30, 30, 1)
    Image.new("RGBA", (30, 30), (255, 0, 0, 0)).save(tmp_path / "b.png")
    (tmp_path / "c.png").write_bytes(pictures.reduced((tmp_path / "b.png").read_bytes(), 2))
    with Image.open(tmp_path / "c.png") as image:
        assert image.size == (15, 15) and image.convert("RGB").getpixel((7, 7)) == (255, 255, 255)


def test_pictures_of_two_columns_are_told_by_their_head(tmp_path):
    for width in (1027, 2102):
        Image.new("L", (width, 3)).save(tmp_path / f"{width}.png")
    (tmp_path / "none.png").write_bytes(b"no picture at all, yet it is long enough")
    told = {name: pictures.wide(tmp_path / f"{name}.png") for name in ("1027", "2102", "none", "absent")}
    assert told == {"1027": False, "2102": True, "none": False, "absent": False}


# ---- words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3.00"),
        (0.3533, "0.353"),
        (17.82, "17.8"),
        (float("nan"), "–"),
        (2e-6, "2.00e-06"),
        (0.0, "0.00"),
        (150, "150"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text.replace("2.00e-06", "2.00 × 10^-6")


def test_symbols_escape_and_set():
    assert symbols("T_p < 1, poly-3d_N1000") == "T<sub>p</sub> &lt; 1, poly-3d_N1000"
    assert symbols("σ_xy, C_σ, Δr^1.35, 10^-3.") == (
        "σ<sub>xy</sub>, C<sub>σ</sub>, Δr<sup>1.35</sup>, 10<sup>-3</sup>."
    )


def test_numbers_without_digits_are_written_too():
    assert [number(value) for value in (float("nan"), float("inf"), 0.0, 1234.0)] == ["–", "∞", "0.00", "1234"]


def test_samples_behind_a_figure_are_told_in_the_words_of_their_protocol():
    def row(**more) -> dict:
        return {
            "group": "g", "model": "m", "n": 512, "included": True, "protocol": "step", "temperature": 0.003,
            "rate": np.nan, "samples": 20,
        } | more  # fmt: skip

    summary = pd.DataFrame([
        row(), row(temperature=0.001, rate=1e-6), row(temperature=0.002, rate=1e-6, samples=18),
        row(temperature=0.001, rate=1e-7, samples=10), row(group="e", protocol="relax", samples=4),
        row(group="q", protocol="direct", temperature=1e-4), row(group="s", protocol="swap", temperature=0.5),
        row(group="c", protocol="cooling", temperature=np.nan, rate=1e-2), row(group="s", included=False),
    ])  # fmt: skip
    assert _behind(summary, ["g", "e", "q", "s", "c"]) == [
        "g: m, N = 512; trajectories cooled: 10 at rate 1e-07, 20 at rate 1e-06",
        "e: m, N = 512; liquids watched at T: 4 at 0.003",
        "q: m, N = 512; trajectories quenched to T: 20 at 0.0001",
        "s: m, N = 512; glasses at T_p: 20 at 0.5",
        "c: m, N = 512; 20 glasses cooled at 0.01",
    ]
