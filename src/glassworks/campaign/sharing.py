"""Commands of `glassworks` that write what others read: editors, archives, catalogs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassworks.campaign.asked import in_campaign


@in_campaign
def schema(
    check: Annotated[bool, typer.Option("--check", help="only name what is not current, and end with 1 then")] = False,
) -> None:
    """Writes config/schemas/*.json, by which editors complete and check the files of config/, and the tables of keys in
    config/README.md, from the models that read these files.
    """
    from glassworks.campaign.declared.keys import files
    from glassworks.campaign.products.files import write_text

    root = Path.cwd()
    written = {path: text for path, text in files(root).items() if _text(root / path) != text}
    for path, text in written.items():
        print(f"{path}: {'is not current' if check else 'written'}")
        if not check:
            write_text(root / path, text)
    if check and written:
        raise typer.Exit(1)


def _text(path: Path) -> str:
    """What stands in a file; empty where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""
