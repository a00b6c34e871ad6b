"""What all pages have in common: where they are, their look, how they are written."""

from __future__ import annotations

import os
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from glassworks.claims.verdicts import VERDICTS
from glassworks.report.words import number, symbols

PAGES = "report"
"""The folder of the papers' pages, beside those of tables and figures; the index stands above them."""


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
