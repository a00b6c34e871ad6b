"""What all pages have in common: where they are, their look, how they are written."""

from __future__ import annotations

import os
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from glassworks.claims.verdicts import VERDICTS
from glassworks.report.words import number, symbols

PAGES = "report"
"""The folder of the papers' pages, beside those of tables and figures; the index stands above them."""


HERE = Path(__file__).parent
SORTABLE = ("vendored/sortable-4.1.7.min.js", "vendored/sortable-a11y-4.1.7.min.js")
"""Tables that sort by a click on a column's head."""
SPACE = "vendored/3dmol-2.5.5.min.js"
"""Fields in space that can be turned."""


def script(*names: str) -> Markup:
    """Scripts of this folder as elements of a page, which so needs no other file.

    Raises:
        ValueError: one has in it what ends such an element.
    """
    found = []
    for name in names:
        text = (HERE / name).read_text(encoding="utf-8")
        if "</script" in text.lower() or "<!--" in text:
            raise ValueError(f"{name}: has in it what ends a script of a page")
        found.append(f"<script>{text}</script>")
    return Markup("\n".join(found))


def write(output: Path, template: str, **content: object) -> None:
    """Fills a template and writes the page as a whole."""
    environment = Environment(
        loader=PackageLoader("glassworks.report", "."),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "symbols": symbols}
    page = environment.get_template(template).render(verdicts=VERDICTS, **content)
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.parent / f".{output.name}.part"
    temporary.write_text(page, encoding="utf-8")
    os.replace(temporary, output)


def link(path: Path, products: Path) -> str:
    """How a page of a paper leads to a product; empty where it is not there."""
    return os.path.relpath(path, Path(products) / PAGES) if path.exists() else ""


def named(paper: dict) -> dict[str, str]:
    """How a paper is called."""
    title = str(paper.get("title", paper["paper"]))
    return {"name": str(paper["paper"]), "title": title} | {
        key: str(paper.get(key, "")) for key in ("authors", "reference", "doi")
    }
