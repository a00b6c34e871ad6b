"""The crate of archived tables says what is there, conforms to its profiles, and is deposited with all that it names.

The validator reads the terms of RO-Crate from the network; here it is given those that the crate may use, so that it
needs none.
"""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rocrate_validator import services
from rocrate_validator.models import Severity
from rocrate_validator.utils.http import HttpRequester
from typer.testing import CliRunner

from glassworks.campaign import bundle, crate
from glassworks.campaign.cli import app
from glassworks.campaign.declared.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
PAPER = "pinching"
pytestmark = pytest.mark.skipif(
    not list((ROOT / "results/archive" / PAPER).glob("*.parquet")), reason="no archived tables in this checkout"
)

SCHEMA = (
    "CreateAction CreativeWork Dataset Organization PropertyValue SoftwareApplication SoftwareSourceCode about agent "
    "author contentSize creator dateCreated datePublished description encodingFormat endTime hasPart identifier "
    "instrument license mainEntity mentions name object programmingLanguage publisher result softwareRequirements "
    "softwareVersion url value version"
).split()
TERMS = {
    **{term: f"http://schema.org/{term}" for term in SCHEMA},
    "File": "http://schema.org/MediaObject",
    "ComputerLanguage": "http://schema.org/ComputerLanguage",
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
    "sha256": "https://w3id.org/ro/terms/workflow-run#sha256",
}
"""What the two contexts of the crate say of the terms that it uses."""


class Answer:
    """What the network would say when it is asked for a context."""

    status_code, headers, text = 200, {"Content-Type": "application/ld+json"}, json.dumps({"@context": TERMS})
    content = text.encode()

    def json(self):
        return json.loads(self.text)


@pytest.fixture(scope="module")
def deposited(tmp_path_factory) -> Path:
    """The bundle of a paper, unpacked."""
    folder = tmp_path_factory.mktemp("deposited")
    with zipfile.ZipFile(bundle.bundle(ROOT, [PAPER], folder)) as file:
        file.extractall(folder / "unpacked")
    return folder / "unpacked"


def entities(folder: Path) -> dict[str, dict]:
    return {each["@id"]: each for each in json.loads((folder / crate.FILE).read_text())["@graph"]}


def problems(folder: Path, profile: str, cache: Path) -> list[str]:
    """What the validator has against a crate, by the requirements that a profile must keep."""
    found = services.validate(
        services.ValidationSettings(
            rocrate_uri=str(folder),
            profile_identifier=profile,
            requirement_severity=Severity.REQUIRED,
            offline=True,
            cache_path=cache,
        )
    )
    assert found.passed() == (not found.get_issues())
    return [f"{each.check.identifier}: {each.message}" for each in found.get_issues()]


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(HttpRequester, "get", lambda self, url, **_: Answer(), raising=False)


@pytest.mark.parametrize(
    "profile", ["ro-crate-1.1", "workflow-ro-crate-1.0", "process-run-crate", "workflow-run-crate"]
)
def test_the_crate_conforms_to_its_profiles(deposited, profile, offline, tmp_path):
    assert problems(deposited, profile, tmp_path / "cache") == []


def test_the_validator_misses_what_is_missing(deposited, offline, tmp_path):
    """It tests something: without what a run was of, in which language, and by which profile, nothing passes."""
    folder = shutil.copytree(deposited, tmp_path / "crate")
    content = json.loads((folder / crate.FILE).read_text())
    for each in content["@graph"]:
        each.pop("instrument", None)
        each.pop("programmingLanguage", None)
        if each["@id"] == "./":
            each["conformsTo"] = each["conformsTo"][:1]
    (folder / crate.FILE).write_text(json.dumps(content))
    said = "\n".join(problems(folder, "workflow-run-crate", tmp_path / "cache"))
    assert all(word in said for word in ("instrument", "programmingLanguage", "Workflow Run Crate profile"))


def test_every_term_is_one_that_the_validator_was_told():
    graph = json.loads(bundle.described(ROOT, [PAPER])[0])["@graph"]
    used = {key for each in graph for key in each if key[0] != "@"}
    used |= {kind for each in graph for kind in ([each["@type"]] if isinstance(each["@type"], str) else each["@type"])}
    assert used <= set(TERMS)


def test_what_the_crate_says_of_files_and_the_run_is_so(deposited):
    found = entities(deposited)
    files = {name: each for name, each in found.items() if "File" in each["@type"]}
    there = {str(path.relative_to(deposited)) for path in deposited.rglob("*") if path.is_file()}
    assert set(files) == there - {crate.FILE, "SHA256SUMS"}
    for name, each in files.items():
        content = (deposited / name).read_bytes()
        assert (each["contentSize"], each["sha256"]) == (str(len(content)), hashlib.sha256(content).hexdigest())
    run = found[f"#run-{PAPER}"]
    tables = sorted((ROOT / "results/archive" / PAPER).glob("*.parquet"))
    records = [json.loads(pq.read_schema(path).metadata[b"glassworks"]) for path in tables]
    assert [each["@id"] for each in run["result"]] == [str(path.relative_to(ROOT)) for path in tables]
    assert run["endTime"] == max(record["date"] for record in records)
    told = {found[each["@id"]]["name"]: found[each["@id"]]["value"] for each in run["object"]}
    assert (told["scale"], told["seed"]) == (records[0]["scale"], records[0]["seed"])
    commits = {commit for record in records for commit in record["sources"]["git_commits"]}
    assert commits <= ({told["commit"]} if isinstance(told["commit"], str) else set(told["commit"]))
    for record, path in zip(records, tables, strict=True):
        assert record["specification_hash"] in found[str(path.relative_to(ROOT))]["identifier"]


def test_every_reference_within_the_crate_leads_somewhere():
    graph = json.loads(bundle.described(ROOT, [])[0])["@graph"]
    found = {each["@id"] for each in graph}
    assert len(found) == len(graph)
    values = [value for each in graph for value in each.values()]
    named = {each["@id"] for value in values for each in (value if isinstance(value, list) else [value])
             if isinstance(each, dict)}  # fmt: skip
    assert not {each for each in named if not each.startswith("https://")} - found


def test_the_bundle_holds_a_list_of_all_its_bytes_and_is_the_same_each_time(deposited, tmp_path):
    lines = (deposited / "SHA256SUMS").read_text().splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines)
    there = {str(path.relative_to(deposited)) for path in deposited.rglob("*") if path.is_file()}
    assert set(listed) == there - {"SHA256SUMS"}
    assert all(hashlib.sha256((deposited / name).read_bytes()).hexdigest() == one for name, one in listed.items())
    assert {"LICENSE", "CITATION.cff", f"workflow/report/{PAPER}.yaml", f"config/papers/{PAPER}.yaml"} <= there
    first, second = (bundle.bundle(ROOT, [PAPER], tmp_path / name) for name in ("one", "other"))
    assert first.read_bytes() == second.read_bytes()


def test_papers_without_tables_and_damaged_tables_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/archive/broken").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="results/archive/broken: holds no tables"):
        crate.archived(Path(), ["broken"])
    (tmp_path / "results/archive/broken/modes.parquet").write_bytes(b"PAR1")
    with pytest.raises(ConfigurationError, match=r"broken/modes.parquet: is damaged; restore it from the repository"):
        crate.archived(Path(), [])


def test_the_command_says_where_the_bundle_is(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT / "config")
    answer = CliRunner().invoke(app, ["bundle", PAPER, "--into", str(tmp_path)])
    path = tmp_path / f"glassworks-{PAPER}.zip"
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith(f"{path}: ") and hashlib.sha256(path.read_bytes()).hexdigest() in answer.output


def test_what_is_archived_is_described_with_it(tmp_path, monkeypatch):
    """`glassworks archive --crate` writes the crate once the tables are there."""
    done = []
    monkeypatch.setattr("glassworks.campaign.jobs.gather.archive", lambda *_: done.append("archived") or [])
    monkeypatch.setattr("glassworks.campaign.sharing.crate", lambda: done.append("described"))
    for part in ("config", "workflow"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "Snakefile", tmp_path)
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(app, ["archive", "pinching", "--scale", "smoke", "--crate"])
    assert answer.exit_code == 0, answer.output
    assert done == ["archived", "described"]
