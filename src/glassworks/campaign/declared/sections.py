"""What the files of `config/` and `workflow/report` may say, each by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from glassworks import observables
from glassworks.campaign.declared.errors import short
from glassworks.campaign.declared.schema import Name
from glassworks.models.declarations import LARGEST_INTEGER
from glassworks.models.strict import Count, Positive, Strict
from glassworks.protocols import MOST_RUNGS, Declared, Point, Protocol, descending
from glassworks.studies.numbers import printed_numbers


class MainFile(Strict):
    """`config/config.yaml`, with what `--config` overrides."""

    seed: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
    scale: str = "desk"
    tables: Literal["computed", "archive"] = "computed"
    papers: Annotated[list[str], Field(min_length=1)]

    @field_validator("papers")
    @classmethod
    def once(cls, papers: list[str]) -> list[str]:
        for name in papers:
            if papers.count(name) > 1:
                raise ValueError(f"{name}: is named twice")
        return papers


class Unit(Strict):
    """A number that a paper uses as its unit, for which models (one, or several), and where it says so."""

    value: Positive
    model: str | list[str]
    place: str

    @property
    def models(self) -> list[str]:
        return [self.model] if isinstance(self.model, str) else self.model


class Group(Strict):
    """A named set of ensembles with one role in a paper.

    Attributes:
        minimizer: what quenches the liquids to glasses; null where they are only measured as they are.
        block_samples: samples in a block, by particle number. It belongs to the group, never to a scale, so that scales
            share their blocks; it is a multiple of `samples_per_chain`. Where cooled, a block may be given for each
            rate; on a ladder, from a temperature downward (colder blocks, which take longer, are parts of the warmer
            ones). The top of trajectories, which all rates share, has the largest block, of which the others are parts.
        observables: what is measured on each glass (some on each liquid as it is), with its parameters. A group that
            measures liquids and quenches none adds no other table: what else they are comes from the group that they
            are shared with.
        evidence: whether the equilibrium of the liquids is tested.
        watch: what is looked at while the liquids' trajectories run, with its parameters, beside what their protocol
            measures by itself.
    """

    role: str
    model: str
    protocol: Declared
    minimizer: str | None = "cg"
    block_samples: Annotated[dict[int, Count | Annotated[dict[float, Count], Field(min_length=1)]], Field(min_length=1)]
    observables: dict[str, dict[str, Any]] = Field(default_factory=dict)
    evidence: bool = False
    watch: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def whole_chains(self) -> Group:
        for n, block in self.block_samples.items():
            if n < 1:
                raise ValueError(f"block_samples: {n}: a particle number is at least 1")
            self.protocol.check_blocks(n, block)
        of_glasses = [name for name in self.observables if name in observables.names(observables.GLASSES)]
        if of_glasses and self.minimizer is None:
            raise ValueError(
                f"observables: {of_glasses[0]}: is measured on glasses, which minimizer: null does not make; "
                f"allowed: {', '.join(observables.names(observables.LIQUIDS))}"
            )
        if self.evidence and self.protocol.untested:
            raise ValueError(f"evidence: true: {self.protocol.untested}; allowed: false")
        return self

    def block(self, n: int, point: Point) -> int | None:
        """Samples in a block of n particles at a temperature or rate; None where the group does not say."""
        block = self.block_samples.get(n)
        return None if block is None else self.protocol.block(block, point)

    def samples(self, n: int, point: Point, wanted: int) -> int:
        """How many samples there are where so many are wanted."""
        return self.protocol.samples(self.block(n, point), point, wanted)


NUMBER = r"[A-Z]?\d+(?:\.\d+)*"
"""How papers number their figures and tables: 1, 2.1, S7."""
TABLE = "table"
"""What stands before the number of a table where it must be told from a figure."""


def _number(given: Any) -> Any:
    """The number of a figure as text; 2.1 without quotes would be the same as 2.10."""
    if isinstance(given, float):
        raise ValueError(f'{given:g}: is read as a number, in which 2.1 and 2.10 are the same; allowed: "{given:g}"')
    text = str(given) if isinstance(given, (int, str)) and not isinstance(given, bool) else ""
    if not re.fullmatch(NUMBER, text):
        raise ValueError(f"{short(given)}: is the number of no figure; allowed: 1, 2.1, S7, ...")
    return text


Number = Annotated[str, BeforeValidator(_number)]


class Figure(Strict):
    """A figure or table of the paper: its title here, the tables that it is made of, and numbers that the paper's own
    has, or the names by which these stand in the paper's file."""

    title: str
    tables: Annotated[list[Annotated[str, Field(pattern="^[a-z_]+$")]], Field(min_length=1)]
    options: dict[str, float | list[float] | Name] = Field(default_factory=dict)


class Printed(Strict):
    """A number that a paper prints and none of its claims is about, and where."""

    value: float
    place: str


class Erratum(Strict):
    """What a paper prints and cannot mean, what is right, how one knows, and which of its claims show it."""

    place: str
    printed: str
    right: str
    because: str
    claims: list[str] = Field(default_factory=list)


def _known(numbers: dict[str, float], name: str, where: str) -> float:
    """A printed number by its name."""
    if name not in numbers:
        raise ValueError(
            f"{where}: {short(name)}: is the name of no number that the paper prints; "
            f"allowed: a number, a claim that has one, or a name in numbers: {', '.join(sorted(numbers))}"
        )
    return numbers[name]


class Grid(Strict):
    """One line of a scale: an ensemble for each temperature (swap, relaxation) or rate (cooling), for each pair of
    what a protocol of trajectories offers (rates and temperatures, temperatures and waiting times, rates and packing
    fractions; without the second, all that it passes), or just one (molecular dynamics).
    """

    n: Count
    temperatures: Annotated[list[Positive], Field(min_length=1)] | None = None
    rates: Annotated[list[Positive], Field(min_length=1)] | None = None
    times: Annotated[list[Positive], Field(min_length=1)] | None = None
    packing_fractions: Annotated[list[Positive], Field(min_length=1)] | None = None
    samples: Count

    def points(self, protocol: Protocol) -> list[Point]:
        """Where the protocol prepares liquids."""
        return protocol.points(self)


Lines = dict[str, list[Grid]]
"""What is simulated of a paper at one scale: lines for each group."""


class PaperFile(Strict):
    """`config/papers/<paper>.yaml`.

    Attributes:
        study: whose room in `glassworks/studies` analyses, draws and judges it; by default its own.
        scales: how much is simulated at each scale, never what it means.
        errata: errors found in the paper, by names of ours.
    """

    paper: str
    study: Name | None = None
    title: str
    authors: str
    reference: str
    doi: str
    units: dict[str, Unit] = Field(default_factory=dict)
    groups: Annotated[dict[Name, Group], Field(min_length=1)]
    scales: dict[Name, Lines] = Field(default_factory=dict)
    numbers: dict[Name, Printed] = Field(default_factory=dict)
    figures: dict[Number, Figure]
    tables: dict[Number, Figure] = Field(default_factory=dict)
    claims: list[dict[str, Any]] = Field(default_factory=list)
    errata: dict[Name, Erratum] = Field(default_factory=dict)

    @model_validator(mode="after")
    def errata_show(self) -> PaperFile:
        """Claims that errors of the paper name are its own."""
        known = [str(claim.get("id")) for claim in self.claims]
        allowed = ", ".join(known) or "none"
        for name, erratum in self.errata.items():
            for claim in erratum.claims:
                if claim not in known:
                    raise ValueError(f"errata.{name}.claims: {short(claim)}: is the id of no claim; allowed: {allowed}")
        return self

    @model_validator(mode="after")
    def numbers_stand_once(self) -> PaperFile:
        """Options of figures that name a number become that number."""
        claims = {str(claim.get("id")) for claim in self.claims}
        for name in self.numbers:
            if name in claims:
                raise ValueError(f"numbers.{name}: is the id of a claim, which has the number; allowed: another name")
        known = printed_numbers(self.model_dump(include={"numbers", "claims"}))
        for key, drawn in (("figures", self.figures), ("tables", self.tables)):
            for number, each in drawn.items():
                for option, value in each.options.items():
                    if isinstance(value, str):
                        each.options[option] = _known(known, value, f"{key}.{number}.options.{option}")
        return self

    @property
    def drawn(self) -> dict[str, Figure]:
        """Figures by their numbers, and tables by theirs behind the word: 4, S7, table1."""
        return self.figures | {f"{TABLE}{number}": each for number, each in self.tables.items()}


class ScaleFile(Strict):
    """`config/scales/<scale>.yaml`: what a scale is for; how much a paper simulates at it stands in the paper's file.

    Attributes:
        order: where it stands among the scales, which are told from small to large; without one, behind those with one.
        verdicts: whether it promises verdicts; where it does not, every claim is out of its reach.
        papers: lines of papers whose own files have none for this scale.
    """

    scale: str
    order: float | None = None
    purpose: str
    verdicts: bool = True
    papers: dict[str, Lines] = Field(default_factory=dict)


LADDER_TIMES = ("relaxation_sweeps", "relaxation_times")
"""In what a ladder's file may tell relaxation times."""
Times = Annotated[dict[float, Positive], Field(min_length=1, max_length=MOST_RUNGS)]


class LadderFile(Strict):
    """`config/ladders/<ladder>.yaml`: a ladder that groups, of several papers too, walk down.

    Attributes:
        model: whose relaxation times these are.
        relaxation_sweeps, relaxation_times: the overlap's relaxation time at each temperature, descending: in sweeps of
            swap Monte Carlo, or in λ (m/ε)^½ of molecular dynamics. One of the two; its keys are the ladder.
        place: where the numbers come from.
    """

    ladder: str
    purpose: str
    model: str
    relaxation_sweeps: Times | None = None
    relaxation_times: Times | None = None
    place: str

    @field_validator(*LADDER_TIMES)
    @classmethod
    def rungs(cls, times: dict[float, float] | None) -> dict[float, float] | None:
        return descending(times) if times else times

    @model_validator(mode="after")
    def of_one_kind(self) -> LadderFile:
        if (self.relaxation_sweeps is None) == (self.relaxation_times is None):
            raise ValueError(f"needs one of {' and '.join(LADDER_TIMES)}: a ladder is of one kind of dynamics")
        return self

    @property
    def times(self) -> tuple[str, dict[float, float]]:
        """Which of the two, and the times."""
        key = next(key for key in LADDER_TIMES if getattr(self, key) is not None)
        return key, dict(getattr(self, key))


class Caption(Strict):
    """What stands below a figure in the report, and the groups of ensembles behind it."""

    title: str = ""
    caption: str = ""
    groups: list[str] = Field(default_factory=list)


JOBS = "jobs"
"""Into how many jobs a group divides the work of an observable on a sample; it changes no number."""


def divided(given: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Into how many jobs an observable is divided, and its parameters as they are given."""
    return given.get(JOBS, 1), {key: value for key, value in given.items() if key != JOBS}
