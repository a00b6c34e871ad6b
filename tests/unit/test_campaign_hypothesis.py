"""Whatever is declared, reading it gives a campaign, or sentences that begin with a file's name or `command line`."""

import contextlib

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import SENTENCE
from toy import DESK, MAIN, PAPER, ROOT, write_toy

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.checks import check_claims
from glassworks.campaign.planned.costs import read_costs
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.loading import load_campaign

MODEL, COSTS = "config/models/poly-3d.yaml", "config/costs.yaml"
FILES = {
    "config/config.yaml": MAIN,
    "config/papers/pinching.yaml": PAPER,
    "config/scales/desk.yaml": DESK,
    MODEL: (ROOT / MODEL).read_text(encoding="utf-8"),
    COSTS: (ROOT / COSTS).read_text(encoding="utf-8"),
}
quickly = settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

numbers = st.one_of(st.integers(), st.integers(-(10**40), 10**40), st.floats(), st.sampled_from([0.1, 1e-9, 1.5, 1e29]))
words = st.one_of(
    st.text(max_size=20), st.sampled_from(["no", "", "..", "-rf", "$(id)", "swap", "cg", "poly-3d", "1e3"])
)
leaves = st.one_of(st.none(), st.booleans(), numbers, words)
keys = st.one_of(words, st.integers(-5, 5000), st.floats(0, 2), st.booleans())
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
)


def places(content: object, here: tuple = ()) -> list[tuple]:
    """The paths to everything in a declaration."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [here, *(path for key, value in inner for path in places(value, (*here, key)))]


def changed(content: object, path: tuple, value: object, key: object, kind: str) -> object:
    """A declaration with another value, another key or nothing at a path."""
    if not path:
        return value
    first, *rest = path
    whole = dict(content) if isinstance(content, dict) else dict(enumerate(content))
    if rest or kind == "value":
        whole[first] = changed(whole[first], tuple(rest), value, key, kind)
    elif kind == "lost":
        del whole[first]
    else:
        whole = {key if name == first else name: old for name, old in whole.items()}
    return whole if isinstance(content, dict) else list(whole.values())


def read(folder) -> None:
    """Reads everything that is read before a job starts; raises AssertionError where what it says is no sentence."""
    try:
        with contextlib.chdir(folder):
            for paper in load_campaign({}, folder).papers.values():
                check_claims(paper)
            Plan({}, check=False)
            read_costs(folder)
    except ConfigurationError as refusal:
        assert refusal.problems
        for problem in refusal.problems:
            assert SENTENCE.match(problem) and "\n" not in problem, problem


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("declared")
    write_toy(made)
    return made


@contextlib.contextmanager
def written(folder, file: str, text: str):
    """A file of the campaign with another text, for a while."""
    path = folder / file
    whole = path.read_bytes()
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        yield
    finally:
        path.write_bytes(whole)


@quickly
@given(file=st.sampled_from(sorted(FILES)), data=st.data())
def test_a_changed_declaration(folder, file, data):
    content = yaml.safe_load(FILES[file])
    path = data.draw(st.sampled_from(places(content)))
    new = changed(
        content, path, data.draw(values), data.draw(keys), data.draw(st.sampled_from(["value", "key", "lost"]))
    )
    with written(folder, file, yaml.dump(new, allow_unicode=True)):
        read(folder)


@quickly
@given(file=st.sampled_from(sorted(FILES)), text=st.one_of(st.text(max_size=200), values.map(yaml.dump)))
def test_any_text(folder, file, text):
    with written(folder, file, text):
        read(folder)


overrides = st.dictionaries(
    st.sampled_from(["seed", "scale", "tables", "papers"]) | words,
    values | st.sampled_from(["desk", "pinching", "pinching, pinching", " pinching ", ",", "archive", "7", "1e3"]),
    max_size=3,
)


@quickly
@given(given_by=overrides)
def test_any_override(folder, given_by):
    try:
        campaign = load_campaign(given_by, folder)
    except ConfigurationError as refusal:
        for problem in refusal.problems:
            assert problem.startswith("command line: ") and "\n" not in problem, problem
    else:
        assert None not in given_by.values() and set(given_by) <= {"seed", "scale", "tables", "papers"}
        assert list(campaign.papers) == ["pinching"]
