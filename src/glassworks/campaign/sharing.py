"""Commands of `glassworks` that write what others read: editors, archives, catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from glassworks.campaign.asked import Papers, in_campaign
from glassworks.campaign.words import volume

Check = Annotated[bool, typer.Option("--check", help="only name what is not current, and end with 1 then")]


@in_campaign
def schema(check: Check = False) -> None:
    """Writes config/schemas/*.json, by which editors complete and check the files of config/, and the tables of keys in
    config/README.md, from the models that read these files.
    """
    from glassworks.campaign.declared.keys import files

    _write(files(Path.cwd()), check)


@in_campaign
def codecheck(check: Check = False) -> None:
    """Writes codecheck.yml: every figure and table that is redrawn from the archive, for whoever checks that."""
    from glassworks.campaign import checklist
    from glassworks.campaign.planned.loading import load_campaign

    _write({Path(checklist.FILE): checklist.codecheck(load_campaign({"tables": "archive"}))}, check)


@in_campaign
def crate(papers: Papers = None) -> None:
    """Writes ro-crate-metadata.json, which describes archived tables and the runs that made them as a Workflow Run
    RO-Crate: papers that are named, or all that have archived tables.
    """
    from glassworks.campaign.bundle import described
    from glassworks.campaign.crate import FILE

    _write({Path(FILE): described(Path(), papers or [])[0]}, check=False)


def bundle(
    papers: Papers = None,
    into: Annotated[Path, typer.Option(help="folder (default: the one that you are in)")] = Path(),
) -> None:
    """Writes one file to deposit, as on Zenodo: archived tables of papers (default: all that have some) with their
    RO-Crate, declarations and captions, license, citation, and SHA-256 of every file. The same files, the same bytes.
    """
    _bundle(papers, into.resolve())


@in_campaign
def _bundle(papers: list[str] | None, into: Path) -> None:
    from glassworks.campaign.bundle import bundle as write
    from glassworks.campaign.products.sums import sum_of

    path = write(Path(), papers or [], into)
    print(f"{path}: {volume(path.stat().st_size)}, SHA-256 {sum_of(path)}")


def _write(texts: Mapping[Path, str], check: bool) -> None:
    """Writes files that are not as they should be, or only names them and ends with 1."""
    from glassworks.campaign.products.files import write_text

    changed = {path: text for path, text in texts.items() if _text(path) != text}
    for path, text in changed.items():
        print(f"{path}: {'is not current' if check else 'written'}")
        if not check:
            write_text(path, text)
    if check and changed:
        raise typer.Exit(1)


def _text(path: Path) -> str:
    """What stands in a file; empty where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""
