"""Commands of `glassworks` that write what others read: editors, archives, catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from glassworks.campaign.asked import in_campaign

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
