"""A paper's file, read and checked: its groups against their models, its lines of a scale against its groups."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from glassworks.campaign.declared.errors import ConfigurationError, short, unknown
from glassworks.campaign.declared.fitting import grid_problems, group_problems
from glassworks.campaign.declared.reading import parse, read_yaml, unread
from glassworks.campaign.declared.sections import Grid, Group, LadderFile, Lines, PaperFile, ScaleFile
from glassworks.models import Model, model_names
from glassworks.models.declarations import declared_names
from glassworks.protocols import KINDS

RESERVED = (
    "all", "figures", "report", "simulate", "equilibrate", "step", "relax", "watch", "evidence", "quench", "observe",
    "observe_arrays", "portion", "gather",
)  # fmt: skip
"""Targets and rules of the workflow that a paper cannot be named after."""


@dataclass(frozen=True)
class Paper:
    """A paper file that has been checked, with what the chosen scale simulates of it.

    Attributes:
        grids: the scale's lines for each group; empty where it has none for this paper.
        listed: whether the scale has lines for this paper.
    """

    name: str
    file: str
    content: PaperFile
    grids: Lines
    listed: bool = True

    @property
    def groups(self) -> dict[str, Group]:
        return self.content.groups

    @property
    def room(self) -> str:
        """The folder of `glassworks/studies` that analyses, draws and judges it."""
        return self.content.study or self.name

    def captions(self, root: Path) -> str:
        """The file of its captions: its own, or where there is none that of its room."""
        own, shared = (f"workflow/report/{name}.yaml" for name in (self.name, self.room))
        return own if (root / own).is_file() else shared


class Papers(Mapping[str, Paper]):
    """The papers that have a file, each read when it is first asked for. One that cannot be read is not among them, and
    `passed_over` says why.
    """

    def __init__(self, root: Path, names: Iterable[str], read: Callable[[str], Paper], passed_over: list[str]):
        self._root, self._names, self._read = root, tuple(names), read
        self._found: dict[str, Paper | None] = {}
        self.passed_over = passed_over

    def __getitem__(self, name: str) -> Paper:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._found:
            try:
                self._found[name] = self._read(name)
            except ConfigurationError as error:
                self._found[name] = None
                self.passed_over += error.problems
        if self._found[name] is None:
            raise KeyError(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def read_paper(root: Path, name: str, scale: ScaleFile, models: dict[str, Model], scales: Iterable[str]) -> Paper:
    """A paper's file, with its lines of a scale; adds the models that it uses to `models`.

    Args:
        scales: the names of all scales.

    Raises:
        ConfigurationError: what does not fit, in a sentence each.
    """
    file = f"config/papers/{name}.yaml"
    content = parse(PaperFile, _with_ladders(root, file, read_yaml(root / file, file)), file)
    problems = []
    if content.paper != name:
        problems.append(f"{file}: paper: {short(content.paper)}: must be the file's own name, {name}")
    if name in RESERVED:
        problems.append(f"{file}: paper: {name}: is a target or rule of the workflow; choose another name")
    known = list(scales)
    problems += [unknown(file, "scales", key, "scale", known) for key in content.scales if key not in known]
    problems += _unit_problems(file, content)
    problems += _group_problems(root, file, content, models)
    if problems:
        raise ConfigurationError(problems)
    where, start, lines = _lines(file, content, scale)
    for key, grids in lines.items():
        if key not in content.groups:
            problems.append(unknown(where, start, key, "group", content.groups))
            continue
        for index, grid in enumerate(grids):
            place = f"{start}.{key}[{index}]"
            problems += grid_problems(where, place, file, key, content.groups[key], grid, models)
    if problems:
        raise ConfigurationError(problems)
    return Paper(name, file, content, lines, scale.scale in content.scales or name in scale.papers)


def _lines(file: str, content: PaperFile, scale: ScaleFile) -> tuple[str, str, Lines]:
    """What a scale simulates of a paper, and the file and key where that stands: the paper's own file, or the scale's.

    Raises ConfigurationError where it stands in both.
    """
    own, other = content.scales.get(scale.scale), scale.papers.get(content.paper)
    scale_file = f"config/scales/{scale.scale}.yaml"
    if own is not None and other is not None:
        raise ConfigurationError(
            f"{scale_file}: papers.{content.paper}: stands also in {file}, scales.{scale.scale}; allowed: one of them"
        )
    if other is not None:
        return scale_file, f"papers.{content.paper}", other
    return file, f"scales.{scale.scale}", own or {}


def unlisted(root: Path, paper: Paper, scale: str, scales: Iterable[str]) -> str:
    """The sentence that refuses a paper that a scale does not list."""
    allowed = ", ".join(scales_of(root, paper.name, scales))
    return (
        f"{paper.file}: scales: {scale}: is not listed, so that nothing of this paper is planned at this scale; "
        f"allowed: {allowed or 'none yet'} (or lines for {scale} here, or papers that have some)"
    )


def scales_of(root: Path, name: str, scales: Iterable[str]) -> list[str]:
    """Those of some scales that list a paper, in its own file or in theirs."""
    own = _keys(root / f"config/papers/{name}.yaml", "scales")
    return [scale for scale in scales if scale in own or name in _keys(root / f"config/scales/{scale}.yaml", "papers")]


def every_line(paper: Paper, scales: Iterable[ScaleFile]) -> Iterator[tuple[str, Grid]]:
    """What any scale simulates of a paper, by the names of groups.

    Args:
        scales: the files of all scales, which may have lines for papers.
    """
    for lines in (*paper.content.scales.values(), *(scale.papers.get(paper.name, {}) for scale in scales)):
        for group, grids in lines.items():
            yield from ((group, grid) for grid in grids)


def scale_files(root: Path) -> list[ScaleFile]:
    """The files of all scales; those that cannot be read are passed over."""
    found = []
    for name in declared_names(root / "config/scales"):
        file = f"config/scales/{name}.yaml"
        with suppress(ConfigurationError):
            found.append(parse(ScaleFile, read_yaml(root / file, file), file))
    return found


@functools.lru_cache
def room_of(root: Path, name: str) -> str:
    """The room of a paper by its name, as its file says; its own where that cannot be read."""
    file = f"config/papers/{name}.yaml"
    with suppress(ConfigurationError):
        return str(read_yaml(root / file, file).get("study") or name)
    return name


def _keys(path: Path, key: str) -> Iterable[object]:
    """The keys of a mapping in a file; none where there is none, or where the file cannot be read."""
    try:
        found = read_yaml(path, path.name).get(key)
    except ConfigurationError:
        return ()
    return found if isinstance(found, dict) else ()


def _unit_problems(file: str, content: PaperFile) -> list[str]:
    """Units of models that no group has."""
    used = sorted({group.model for group in content.groups.values()})
    return [
        unknown(file, f"units.{key}.model", model, "model of a group", used)
        for key, unit in content.units.items()
        for model in unit.models
        if model not in used
    ]


def _group_problems(root: Path, file: str, content: PaperFile, models: dict[str, Model]) -> list[str]:
    """Groups that do not fit their models, which are added to `models`."""
    problems, known = [], model_names(root / "config")
    for key, group in content.groups.items():
        if problem := unread(root, file, f"groups.{key}.model", group.model, "model", known):
            problems.append(problem)
            continue
        if group.model not in models:
            models[group.model] = read_model(root, group.model)
        problems += group_problems(file, f"groups.{key}", group, models[group.model])
    return problems


def read_model(root: Path, name: str) -> Model:
    """A model file, with its problems in this module's style."""
    file = f"config/models/{name}.yaml"
    content = read_yaml(root / file, file)
    if "name" in content:
        raise ConfigurationError(f"{file}: name: unknown key; the file's name is the model's name")
    return parse(Model, {"name": name, **content}, file, (root / file).parent)


# ---- ladders


def _with_ladders(root: Path, file: str, content: dict) -> dict:
    """A paper file's content, the names of ladders replaced by what their files say."""
    groups = content.get("groups")
    if not isinstance(groups, dict):
        return content
    found, read, problems = {}, {}, []
    for key, group in groups.items():
        protocol = group.get("protocol") if isinstance(group, dict) else None
        kind = protocol.get("kind") if isinstance(protocol, dict) else None
        walks = isinstance(kind, str) and kind in KINDS and KINDS[kind].ladder_times
        name = protocol.get("ladder") if walks else None
        if not isinstance(name, str):
            found[key] = group
            continue
        try:
            if name not in read:
                read[name] = _ladder(root, file, f"groups.{short(key)}.protocol.ladder", name)
            found[key] = {**group, "protocol": _on_ladder(file, f"groups.{short(key)}", group, read[name])}
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(dict.fromkeys(problems))
    return {**content, "groups": found}


def _ladder(root: Path, file: str, key: str, name: str) -> LadderFile:
    """A ladder's file, which a paper's names."""
    if problem := unread(root, file, key, name, "ladder", declared_names(root / "config/ladders")):
        raise ConfigurationError(problem)
    path = f"config/ladders/{name}.yaml"
    ladder = parse(LadderFile, read_yaml(root / path, path), path)
    if ladder.ladder != name:
        raise ConfigurationError(f"{path}: ladder: {short(ladder.ladder)}: must be the file's own name, {name}")
    return ladder


def _on_ladder(file: str, key: str, group: dict, ladder: LadderFile) -> dict:
    """A group's protocol on a ladder of its own file; raises ConfigurationError where the two contradict each other."""
    path, protocol, model = f"config/ladders/{ladder.ladder}.yaml", group["protocol"], group.get("model")
    if isinstance(model, str) and model != ladder.model:
        raise ConfigurationError(
            f"{file}: {key}.model: {short(model)}: {path} holds relaxation times of {ladder.model}; "
            f"allowed: {ladder.model}, or a ladder written here"
        )
    key_of, times = ladder.times
    if (wanted := KINDS[protocol["kind"]].ladder_times) != key_of:
        raise ConfigurationError(
            f"{file}: {key}.protocol.ladder: {ladder.ladder}: {path} holds {key_of}, but {protocol['kind']} counts in "
            f"{wanted}; allowed: a ladder with those"
        )
    if key_of in protocol:
        raise ConfigurationError(
            f"{file}: {key}.protocol.{key_of}: stands in {path}; allowed: there, or a ladder written here"
        )
    rungs = {"ladder": list(times)} if "ladder" in KINDS[protocol["kind"]].model_fields else {}
    return {name: value for name, value in protocol.items() if name != "ladder"} | rungs | {key_of: times}
