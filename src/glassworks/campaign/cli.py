"""The `glassworks` command: what a campaign will cost, how far it is, and what goes into the archive; and, of anybody's
own samples, import, measure and export.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from glassworks.campaign import by_hand, sharing
from glassworks.campaign.asked import Papers, Scale, in_campaign
from glassworks.campaign.declared.campaign import chosen_papers, stated
from glassworks.campaign.words import duration, hours, volume

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)


def _plan(scale: str | None, papers: list[str] | None):
    from glassworks.campaign.planned.dag import Plan

    plan = Plan(stated(scale=scale, tables="computed", papers=",".join(papers) if papers else None))
    return plan, [paper.name for paper in chosen_papers(plan.campaign, papers or [])]


def _console() -> Console:
    """A console that does not fold tables where it is not a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=160)


def _tell_power(console: Console, scale: str | None, papers: list[str] | None) -> None:
    """What a scale will decide of each claim, or in short what each scale will."""
    from glassworks.campaign import power
    from glassworks.campaign.declared.campaign import scale_names
    from glassworks.campaign.declared.papers import scales_of
    from glassworks.campaign.planned.loading import load_campaign

    scales = [scale]
    if scale is None:
        chosen = load_campaign(stated(papers=",".join(papers) if papers else None, tables="archive"))
        scales = scale_names(chosen.root)
        for name in chosen.papers:
            scales = scales_of(chosen.root, name, scales)
    plans = [_plan(each, papers) for each in scales]
    promising = [made for made, _ in plans if made.campaign.verdicts]
    if not promising:
        return console.print(f"Scale {scale} promises no verdict: every claim is out of its reach.")
    for name in plans[0][1]:
        titles, rows = power.table(promising, name) if scale is None else power.detailed(promising[0], name)
        table = Table(title=f"{name} at scale {scale}" if scale else name, box=None, padding=(0, 1, 0, 0))
        for title in titles:
            table.add_column(title)
        for row in rows:
            table.add_row(*row)
        console.print(table)
    console.print(power.EXPLAINED)


@app.command()
@in_campaign
def plan(
    papers: Papers = None,
    scale: Scale = None,
    cores: Annotated[int | None, typer.Option(help="cores to plan for (default: those of this machine)", min=1)] = None,
    refit: Annotated[
        bool,
        typer.Option(help="first fit the cost model to the benchmarks of finished jobs (rewrites config/costs.yaml)"),
    ] = False,
    claims: Annotated[
        bool,
        typer.Option(
            "--claims", help="instead, what the scale will decide of each claim (without --scale, each scale)"
        ),
    ] = False,
) -> None:
    """Jobs, core-hours, wall time, disk and memory of each paper and stage, before anything runs; or, with --claims,
    how wide the interval of each claim will be, whether that decides it, and, at one scale, what more samples cost.
    """
    from glassworks.campaign.planned import costs as model
    from glassworks.campaign.planned.pace import probe
    from glassworks.campaign.planned.plan import chain_seconds, cost_lines, costliest, wall_seconds
    from glassworks.campaign.planned.plan import cores as available

    console = _console()
    if claims:
        return _tell_power(console, scale, papers)
    made, names = _plan(scale, papers)
    if refit:
        for key, factor in model.refit(made.campaign.root, made.jobs()).items():
            console.print(f"{key}: {factor:.2f} times what was expected")
        made, names = _plan(scale, papers)
    lines = cost_lines(made, names)
    use = cores or available()
    table = Table(title=f"scale {made.campaign.scale}: all there is, and what is left to do")
    for title in ("paper", "stage", "jobs", "left", "core-hours", "left", "files", "disk", "memory a job"):
        table.add_column(title, justify="left" if title in ("paper", "stage") else "right")
    for line in lines:
        counts = (f"{line.jobs:,}", f"{line.left:,}") if line.jobs else ("same job", "")
        table.add_row(
            line.paper, line.stage, *counts, hours(line.seconds), hours(line.seconds_left), f"{line.files:,}",
            volume(line.disk), f"{line.memory:,.0f} MB",
        )  # fmt: skip
    table.add_section()
    table.add_row(
        "all", "", f"{sum(line.jobs for line in lines):,}", f"{sum(line.left for line in lines):,}",
        hours(sum(line.seconds for line in lines)), hours(sum(line.seconds_left for line in lines)),
        f"{sum(line.files for line in lines):,}", volume(sum(line.disk for line in lines)),
        f"{max(line.memory for line in lines):,.0f} MB",
        style="bold",
    )  # fmt: skip
    console.print(table)
    table = Table(title="the most expensive ensembles")
    for title in ("paper", "ensemble", "jobs", "core-hours", "longest job", "files", "disk"):
        table.add_column(title, justify="left" if title in ("paper", "ensemble") else "right")
    for line in costliest(made, names):
        table.add_row(
            line.paper, line.stage, f"{line.jobs:,}", hours(line.seconds), duration(line.longest), f"{line.files:,}",
            volume(line.disk),
        )  # fmt: skip
    console.print(table)
    faster = made.costs.file.probe / probe()
    wall = duration(wall_seconds(lines, use, chain_seconds(made, names)) / faster)
    peak = use * max(line.memory for line in lines) / 1000
    console.print(
        f"What is left takes about {wall} on {use} cores of this machine, with at most {peak:.1f} GB of memory."
    )
    console.print(
        f"Cost model: config/costs.yaml, measured on {made.costs.file.machine}; this machine is now {faster:.2g} times "
        "as fast (by a short loop; not in the tables above). `--refit` fits the model to what has run here."
    )


@app.command()
@in_campaign
def status(
    papers: Papers = None,
    scale: Scale = None,
    everything: Annotated[
        bool, typer.Option("--all", help="each ensemble, everything that runs or failed, names in full")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="show it again and again, until all is done or Ctrl-C")
    ] = False,
    every: Annotated[float, typer.Option(help="seconds between two looks of --watch", min=0.1)] = 5.0,
) -> None:
    """What is done, running, failed and left of each paper and stage, with the time left. Changes nothing.

    Ends with 1 where something failed, else with 0.
    """
    from glassworks.campaign import screen
    from glassworks.campaign.planned.plan import cores as available
    from glassworks.campaign.status import look

    made, names = _plan(scale, papers)
    console = _console()

    def show(seen):
        return screen.screen(seen, made.campaign.scale, available(), tuple(console.size), everything)

    if watch:
        seen = screen.watch(lambda: look(made, names), show, console, every)
    else:
        seen = look(made, names)
        console.print(show(seen))
    if seen.failed:
        raise typer.Exit(1)


@app.command()
@in_campaign
def archive(
    papers: Papers = None,
    scale: Scale = None,
    crate: Annotated[bool, typer.Option("--crate", help="describe all archived tables as an RO-Crate, too")] = False,
) -> None:
    """Copies the gathered raw tables of a scale to results/archive, from where `--config tables=archive` redraws
    everything.
    """
    from glassworks.campaign.jobs.gather import archive as copy

    made, names = _plan(scale, papers)
    for name in names:
        for path in copy(made.campaign, made.campaign.papers[name]):
            print(f"{path}: {volume(path.stat().st_size)}")
    if crate:
        sharing.crate()


@app.command()
@in_campaign
def pack(
    folder: Annotated[Path, typer.Argument(help="where the pack goes: a new folder, or one that holds a pack")],
    papers: Papers = None,
    scale: Scale = None,
) -> None:
    """Packs a run, finished or not, small enough to take to another machine: the rows of all finished tables, rounded
    as in the archive, and of the configurations only what unfinished jobs start from.

    `glassworks unpack` in a clone of the same commit, and the same `snakemake` command, then go on. Stop the run first.
    """
    from glassworks.campaign import packing

    made, names = _plan(scale, papers)
    found = packing.pack(made, names, folder)
    tables, states = sum(map(len, found.tables.values())), len(found.states)
    print(
        f"{folder}: {tables:,} finished tables and {states:,} files that {found.unfinished:,} unfinished jobs start "
        f"from; {volume(packing.size(folder))}"
    )


@app.command()
@in_campaign
def unpack(folder: Annotated[Path, typer.Argument(help="a pack")], papers: Papers = None, scale: Scale = None) -> None:
    """Puts what a pack holds in its place, so that `snakemake` goes on from there; what stands there already stays."""
    from glassworks.campaign import packing

    made, _ = _plan(scale, papers)
    written, passed = packing.unpack(made, folder)
    print(f"{folder}: {len(written):,} files put in their place")
    if passed:
        print(f"{passed[0]} and {len(passed) - 1:,} more are not planned at scale {made.campaign.scale}: passed over")


@app.command()
@in_campaign
def calibrate(
    papers: Papers = None,
    scale: Scale = None,
    tables: Annotated[str | None, typer.Option(help="computed (default) or archive")] = None,
    parts: Annotated[
        int | None, typer.Option(help="disjoint parts of the run (default: 2, and as many as most ensembles allow)")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="independent seeds of the scale, the campaign's own among them, to run first")
    ] = None,
    cores: Annotated[int | None, typer.Option(help="cores to use (default: those of this machine)", min=1)] = None,
) -> None:
    """Whether the 95% intervals of the claims keep what they promise: each claim judged on disjoint parts of one run,
    and on runs with independent seeds, whose estimates must differ as much as their intervals say.

    Writes results/<scale>/calibration.parquet, which the papers' pages show. Seeds are run by the ordinary workflow in
    results/calibration/<scale>-<seed>, of which the raw tables and claims are kept, and count whenever they are there;
    a run that was stopped goes on when the same command is typed again.
    """
    from glassworks.campaign.calibrating import calibrate as work
    from glassworks.campaign.planned.loading import load_campaign
    from glassworks.campaign.planned.plan import cores as available
    from glassworks.campaign.products.tables import read_table
    from glassworks.campaign.screen import calibration

    campaign = load_campaign(stated(scale=scale, tables=tables, papers=",".join(papers) if papers else None))
    path = work(campaign, cores or available(), parts, seeds, lambda said: print(said, file=sys.stderr, flush=True))
    for table in calibration(read_table(path)):
        _console().print(table)
    print(path)


@app.command()
@in_campaign
def verify(
    papers: Annotated[list[str] | None, typer.Argument(help="papers (default: all that have a file)")] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="set what is damaged aside, so that the next run makes it again")
    ] = False,
) -> None:
    """Re-reads every product of every scale and the archive: bytes, hash, provenance, columns, finite numbers, forces
    and energies.

    What is damaged is told from what is stale, i.e. whole, but made by other code or from another specification than
    today's: that stays, because the next run makes it anew. Where the list of bytes (SHA256SUMS) shows that a stale
    file was put here from elsewhere, no run would, and it counts with the damaged. Ends with 1 where something damaged
    stays where it is; what is damaged in the archive always stays, because no run makes it again.
    """
    from tqdm import tqdm

    from glassworks.campaign.checked import repair as mending
    from glassworks.campaign.checked.found import products
    from glassworks.campaign.checked.verify import findings
    from glassworks.campaign.planned.loading import load_campaign
    from glassworks.campaign.planned.plan import cores as available
    from glassworks.campaign.running.driver import hold

    campaign = load_campaign({"tables": "computed"}, every=True)
    held = hold() if repair else None
    paths = products([paper.name for paper in chosen_papers(campaign, papers or [])], campaign)
    found = []
    with tqdm(total=len(paths), unit=" files", disable=not sys.stderr.isatty()) as bar:
        for each in findings(paths, available()):
            bar.update()
            found.append(each)
            if each.said:
                bar.write(mending.line(each), file=sys.stdout)
    aside = mending.set_aside_bad(found) if repair else []
    stays = len(mending.bad(found)) > len(aside)
    for said, damaged in mending.settle_lists(found, repair):
        print(said)
        stays |= damaged and not repair
    if held:
        mending.clear_abandoned()
        held.close()
    print(mending.summary(found, aside, repair))
    if stays:
        raise typer.Exit(1)


app.command()(sharing.schema)
app.command()(sharing.codecheck)
app.command()(sharing.crate)
app.command()(sharing.bundle)
app.command("import")(by_hand.take)
app.command()(by_hand.measure)
app.command()(by_hand.export)


if __name__ == "__main__":
    app()
