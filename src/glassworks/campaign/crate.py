"""A Workflow Run RO-Crate of archived tables: what they are, and the runs that made them, as far as they say so
themselves.

The crate's root is the campaign's folder, or a folder of the same layout. Its main entity is the workflow as it stands
there; each paper's run is a CreateAction. Nobody wrote down who typed the command: the agent is who is cited as author.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.products.contents import read_record, sound_table
from glassworks.campaign.products.places import ARCHIVE
from glassworks.campaign.products.sums import sum_of

FILE = "ro-crate-metadata.json"
WORKFLOW = "workflow/Snakefile"
CONTEXTS = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
CRATE, WORKFLOW_CRATE = "https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    WORKFLOW_CRATE: ("Workflow RO-Crate", "1.0"),
}
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
OURS = ("glassworks", "python")
"""Of what a table's provenance tells the version of, what no index of packages has."""
SNAKEMAKE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
FORMATS = {".parquet": "application/vnd.apache.parquet", ".yaml": "application/yaml", ".cff": "application/yaml",
           ".md": "text/markdown", "": "text/plain", ".smk": "text/plain"}  # fmt: skip

Entity = dict[str, Any]


def archived(root: Path, names: Iterable[str]) -> dict[str, list[Path]]:
    """The archived tables of some papers, or of all that have some, by paper, as paths from the root.

    Raises:
        ConfigurationError: a paper has none, or one is damaged.
    """
    names = list(names) or sorted(path.name for path in (root / ARCHIVE).glob("*") if any(path.glob("*.parquet")))
    found = {
        name: sorted(path.relative_to(root) for path in (root / ARCHIVE / name).glob("*.parquet")) for name in names
    }
    for name, paths in found.items():
        if not paths:
            raise ConfigurationError(f"{ARCHIVE}/{name}: holds no tables; `glassworks archive` puts some there")
        for path in paths:
            sound_table(root / path)
    return found


def crate(root: Path, papers: Mapping[str, list[Path]], beside: Iterable[Path] = ()) -> str:
    """The metadata of a crate, as JSON: the same for the same files.

    Args:
        papers: tables by paper, as :func:`archived` gives them.
        beside: other files of the crate, as paths from the root.

    Raises:
        FileNotFoundError: a file is not there.
    """
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    records = {path: read_record(root / path) for paths in papers.values() for path in paths}
    files = [path for path in beside if str(path) != WORKFLOW]
    runs = (_run(name, {path: records[path] for path in paths}, _author(cited)) for name, paths in papers.items())
    entities = [
        {"@id": FILE, "@type": "CreativeWork", "about": _to("./"), "conformsTo": [_to(CRATE), _to(WORKFLOW_CRATE)]},
        _root(cited, papers, files, records),
        *({"@id": url, "@type": "CreativeWork", "name": name, "version": version}
          for url, (name, version) in PROFILES.items()),
        *_workflow(root, cited, records.values()),
        *chain.from_iterable(runs),
        *(_table(root, path, record) for path, record in records.items()),
        *({**_file(root, path), "name": str(path), **_about(path)} for path in files),
    ]  # fmt: skip
    return json.dumps({"@context": CONTEXTS, "@graph": entities}, indent=1, ensure_ascii=False) + "\n"


def _to(*names: object) -> Any:
    """A reference to an entity, or to several."""
    found = [{"@id": str(name)} for name in names]
    return found[0] if len(found) == 1 else found


def _author(cited: Mapping) -> str:
    return f"#{cited['authors'][0]['name'].lower().replace(' ', '-')}"


def _license(cited: Mapping) -> str:
    return f"https://spdx.org/licenses/{cited['license']}"


def _root(cited: Mapping, papers: Iterable[str], files: Iterable[Path], records: Mapping[Path, Mapping]) -> Entity:
    named = ", ".join(papers)
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{cited['title']}: archived tables of {named}",
        "description": f"Raw tables of computer glasses ({named}), numbers rounded to 14 bits, from which the workflow "
        "draws the figures of published studies and judges what they claim; with the runs that made them.",
        "datePublished": max(record["date"] for record in records.values()),
        "license": _to(_license(cited)),
        "author": _to(_author(cited)),
        "publisher": _to(_author(cited)),
        "conformsTo": _to(*PROFILES),
        "mainEntity": _to(WORKFLOW),
        "mentions": _to(*map(_action, papers)),
        "hasPart": [_to(path) for path in (WORKFLOW, *records, *files)],
    }


def _workflow(root: Path, cited: Mapping, records: Iterable[Mapping]) -> list[Entity]:
    """The workflow, its language, what it ran with, who wrote it, and under which license."""
    packages = sorted({each for record in records for each in record["packages"].items()})
    versions = [version for name, version in packages if name == "snakemake"]
    commits = sorted({_commit(record) for record in records})
    workflow = {
        **_file(root, Path(WORKFLOW)),
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": cited["title"],
        "description": f"{cited['abstract']} Tables were made by this workflow as of the commit that each run names.",
        "version": commits[0] if len(commits) == 1 else cited["version"],
        "conformsTo": _to(BIOSCHEMAS),
        "programmingLanguage": _to(SNAKEMAKE),
        "license": _to(_license(cited)),
        "creator": _to(_author(cited)),
        "softwareRequirements": [_to(_package(*each)) for each in packages],
    }
    language = {"@id": SNAKEMAKE, "@type": "ComputerLanguage", "name": "Snakemake", "version": ", ".join(versions),
                "identifier": _to("https://doi.org/10.1093/bioinformatics/bts480"),
                "url": _to("https://snakemake.readthedocs.io")}  # fmt: skip
    software = [
        {"@id": _package(*each), "@type": "SoftwareApplication", "name": each[0], "softwareVersion": each[1]}
        for each in packages
    ]
    author = {"@id": _author(cited), "@type": "Organization", "name": cited["authors"][0]["name"]}
    licence = {"@id": _license(cited), "@type": "CreativeWork", "name": cited["license"]}
    return [workflow, language, author, licence, *software]


def _package(name: str, version: str) -> str:
    """How a package is called wherever packages are: by its package URL."""
    return f"pkg:{'generic' if name in OURS else 'pypi'}/{name}@{version}"


def _commit(record: Mapping) -> str:
    """The commit that a table was made by, with a plus where the tree differed from it."""
    return record.get("git_commit") or "none"


def _action(paper: str) -> str:
    return f"#run-{paper}"


def _run(paper: str, records: Mapping[Path, Mapping], agent: str) -> list[Entity]:
    """The run that made a paper's tables, and what it was told."""
    every = list(records.values())
    sources = [record["sources"] for record in every]
    told = {
        "scale": sorted({record["scale"] for record in every}),
        "seed": sorted({record["seed"] for record in every}),
        "commit": sorted({commit for each in sources for commit in each["git_commits"]} | set(map(_commit, every))),
    }
    machines = {machine["processor"]: machine["cores"] for each in sources for machine in each["machines"]}
    work = sum(each["wall_time"] for each in sources)
    values = [
        {"@id": f"#{paper}-{name}", "@type": "PropertyValue", "name": name, "value": _one(each)}
        for name, each in told.items()
    ]
    return [
        {
            "@id": _action(paper),
            "@type": "CreateAction",
            "name": f"{paper} at scale {', '.join(told['scale'])}",
            "description": f"{sum(each['parts'] for each in sources)} parts, {work:.0f} s of work on one core, at most "
            f"{max(each['peak_memory'] for each in sources)} MB a job; the first part was written at "
            f"{min(each['first'] for each in sources)}; on "
            + " and ".join(f"{name} ({cores} cores)" for name, cores in machines.items()),
            "endTime": max(record["date"] for record in every),
            "instrument": _to(WORKFLOW),
            "agent": _to(agent),
            "object": [_to(value["@id"]) for value in values],
            "result": [_to(path) for path in records],
        },
        *values,
    ]


def _about(path: Path) -> Entity:
    """What a file tells of, where that is the whole."""
    return {"about": _to("./")} if path.name == str(path) == "README.md" else {}


def _one(values: list) -> Any:
    return values[0] if len(values) == 1 else values


def _table(root: Path, path: Path, record: Mapping) -> Entity:
    """A table: how large it is, what it holds, and the hash of what its making consumed."""
    head = pq.ParquetFile(root / path).metadata
    return {
        **_file(root, path),
        "name": f"{record['paper']}: {path.stem}",
        "description": f"{head.num_rows} rows of {head.num_columns} columns; units and definitions stand in the file",
        "dateCreated": record["date"],
        "identifier": f"specification {record['specification_hash']}",
    }


def _file(root: Path, path: Path) -> Entity:
    """A file with its size, format and SHA-256; raises FileNotFoundError where it is not there."""
    there = root / path
    return {
        "@id": str(path),
        "@type": "File",
        "contentSize": str(there.stat().st_size),
        "encodingFormat": FORMATS.get(path.suffix, "application/octet-stream"),
        "sha256": sum_of(there),
    }
