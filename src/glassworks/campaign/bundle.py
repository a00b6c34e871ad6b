"""Archived tables with all that explains them, as one file to deposit: crate, captions, license, how to cite, hashes.

The same files give the same bytes: entries in the order of their names, without dates, not compressed (tables are).
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

from glassworks.campaign import crate
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.declared.papers import room_of
from glassworks.campaign.declared.reading import read_yaml
from glassworks.campaign.products.files import atomic
from glassworks.campaign.products.places import ARCHIVE
from glassworks.campaign.products.sums import LIST

ALWAYS = ("README.md", "LICENSE", "CITATION.cff", "Snakefile", "config/README.md", "envs/environment.yaml")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip file knows."""


def described(root: Path, names: Iterable[str]) -> tuple[str, list[Path]]:
    """The metadata of a crate of some papers (of all that have archived tables, where none is named), and its files.

    Raises:
        ConfigurationError: a paper has no archived tables, or one is damaged.
        FileNotFoundError: a file that belongs to it is not there.
    """
    papers = crate.archived(root, names)
    beside = _beside(root, papers)
    return crate.crate(root, papers, beside), [*(path for paths in papers.values() for path in paths), *beside]


def _beside(root: Path, papers: Iterable[str]) -> list[Path]:
    """What belongs to tables of some papers: the workflow, their declarations and captions, license and citation."""
    found = [*map(Path, ALWAYS), Path(crate.WORKFLOW)]
    found += [path.relative_to(root) for path in (root / "workflow/rules").glob("*.smk")]
    for name in papers:
        found += [ARCHIVE / name / LIST, *_captions(root, name), *_declared(root, name)]
    return sorted(set(found))


def _captions(root: Path, name: str) -> list[Path]:
    """The captions of a paper, its own and those of its room."""
    found = (Path(f"workflow/report/{each}.yaml") for each in (name, room_of(root, name)))
    return [path for path in found if (root / path).is_file()]


def _declared(root: Path, name: str) -> list[Path]:
    """The files that declare what a paper's tables are of: its own, and the models and ladders that its groups name."""
    file = f"config/papers/{name}.yaml"
    groups = read_yaml(root / file, file).get("groups", {}).values()
    models = [f"models/{group['model']}" for group in groups]
    ladders = [group["protocol"].get("ladder") for group in groups]
    found = [*models, *(f"ladders/{ladder}" for ladder in ladders if isinstance(ladder, str))]
    return [Path(file), *(Path(f"config/{each}.yaml") for each in found)]


def bundle(root: Path, names: Iterable[str], into: Path) -> Path:
    """Writes the bundle of some papers into a folder, which is made where it is not there; returns its path.

    Raises:
        ConfigurationError: what :func:`described` refuses, or the folder is a file.
        FileNotFoundError: a file that belongs to it is not there.
    """
    if into.exists() and not into.is_dir():
        raise ConfigurationError(f"{into}: is no folder; allowed: a folder, or a name that nothing has yet")
    names = sorted(crate.archived(root, names))
    metadata, paths = described(root, names)
    contents = {str(path): (root / path).read_bytes() for path in paths} | {crate.FILE: metadata.encode()}
    contents[LIST] = sums(contents)
    target = into / f"glassworks-{'-'.join(names)}.zip"
    with atomic(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as file:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            file.writestr(entry, content)
    return target


def sums(contents: dict[str, bytes]) -> bytes:
    """SHA-256 of each file, as `sha256sum --check` reads it."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(contents.items()))
    return "".join(lines).encode()
