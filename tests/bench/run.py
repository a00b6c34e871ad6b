"""Prints the table of benchmarks: the campaign's kernels against what people use, on one pinned core.

    uv run --group bench python tests/bench/run.py                      every row but the long ones
    uv run --group bench python tests/bench/run.py modes modes-large:64000 --csv table.csv

A row may be followed by a colon and a size. Every row runs in a process of its own, ours and the peer by turns.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import traceback
from dataclasses import asdict, fields
from pathlib import Path

from protocol import Absent, Line, measure

sys.path.append(str(Path(__file__).resolve().parents[1]))  # what other tests share

COLUMNS = [field.name for field in fields(Line)]
THREADS = ("OMP", "MKL", "OPENBLAS", "BLIS", "NUMEXPR", "NUMBA", "VECLIB_MAXIMUM")
BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", nargs="*", metavar="ROW", help="name or name:size (default: all but long ones)")
    options.add_argument("--all", action="store_true", help="the long ones too")
    options.add_argument("--list", action="store_true", help="name the rows and their sizes")
    options.add_argument("--csv", type=Path, metavar="FILE", help="write the table there")
    options.add_argument("--markdown", type=Path, metavar="FILE", help="put the table between the marks of this page")
    options.add_argument("--rounds", type=int, help="how often ours and the peer are measured (default: the row's)")
    options.add_argument("--core", type=int, help="core to run on (default: the last one allowed)")
    options.add_argument("--tiny", action="store_true", help="tiny sizes, one round: does everything run?")
    options.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    return options.parse_args()


def chosen(names: list[str], everything: bool, tiny: bool) -> list[tuple[str, int]]:
    """(row, size) of what was asked for, in the table's order unless named; exits at an unknown name."""
    from rows import ROWS

    asked = []
    for each in names or ROWS:
        name, _, size = each.partition(":")
        if name not in ROWS:
            sys.exit(f"no row {name!r}; there are: {', '.join(ROWS)}")
        if size:
            asked.append((name, int(size)))
        elif tiny:
            asked.append((name, ROWS[name].tiny))
        else:
            row = ROWS[name]
            asked += [(name, one) for one in row.sizes if everything or one not in row.long]
    return asked


def pin(core: int | None) -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0)) if core is None else core})


def run_here(asked: list[tuple[str, int]], given: argparse.Namespace) -> None:
    """The work of a child: measure and write what came of it, as JSON."""
    pin(given.core)
    from rows import ROWS

    results = []
    for name, size in asked:
        try:
            row = ROWS[name](size, brief=given.tiny)
            lines = measure(row, 1 if given.tiny else given.rounds)
            results.append({"lines": [asdict(line) for line in lines]})
        except Absent as reason:
            results.append({"skipped": str(reason)})
        except Exception as reason:  # a row that fails must not keep the others from running
            traceback.print_exc()
            results.append({"failed": f"{type(reason).__name__}: {reason}"})
        results[-1] |= {"row": name, "size": size}
        given.into.write_text(json.dumps(results))


def run_apart(asked: list[tuple[str, int]], given: argparse.Namespace) -> list[dict]:
    """Measure in a child whose environment is set before any library is loaded."""
    environment = os.environ | {f"{name}_NUM_THREADS": "1" for name in THREADS}
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "result.json"
        command = [sys.executable, __file__, *(f"{name}:{size}" for name, size in asked), "--into", str(into)]
        command += ["--tiny"] if given.tiny else []
        for option in ("rounds", "core"):
            value = getattr(given, option)
            command += [f"--{option}", str(value)] if value is not None else []
        code = subprocess.run(command, env=environment, stdout=sys.stderr).returncode
        results = json.loads(into.read_text()) if into.is_file() else []
    lost = asked[len(results) :]
    return results + [{"row": name, "size": size, "failed": f"ended with code {code}"} for name, size in lost]


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def wanted(line: Line) -> str:
    """At least and goal, with the direction in which better lies: where only one is given, a cost without a peer."""
    pair = line.at_least, line.goal
    falling = line.peer is None if None in pair else line.goal < line.at_least
    sign = "≤" if falling else "≥"
    return " / ".join("–" if each is None else f"{sign} {each:g}" for each in pair)


def cells(line: Line) -> list[str]:
    """A line as the table shows it."""
    ratio = " ".join(number(each) for each in (line.ratio_min, line.ratio_median, line.ratio_max))
    return [
        line.row,
        str(line.size or ""),
        number(line.ours),
        number(line.peer),
        line.unit,
        line.peer_name,
        ratio.strip(),
        wanted(line),
    ]


HEADER = ["row", "N", "ours", "peer", "unit", "peer's name", "ratio min median max", "at least / goal"]
WIDTHS = [22, 7, 9, 9, 23, 32, 21, 16]


def show(row: list[str]) -> None:
    print("  ".join(text.ljust(width) for text, width in zip(row, WIDTHS, strict=True)).rstrip(), flush=True)


def processor() -> str:
    """The processor's model, its family (cloud providers give several one name), and how many cores there are."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        pairs = [line.partition(":") for line in information.read_text().splitlines() if ":" in line]
        said = {key.strip(): value.strip() for key, _, value in pairs}
        model = said.get("model name", model) + (f" (family {said['cpu family']})" if "cpu family" in said else "")
    return f"{model}, {os.cpu_count()} cores"


def write_markdown(path: Path, lines: list[Line], today: str) -> None:
    """Put the table between the marks of a page, in place of this processor's last one and before those of others."""
    rows = [HEADER, ["---"] * len(HEADER), *(cells(line) for line in lines)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    known, _, after = rest.partition(END)
    others = [part.strip() for part in known.split("### ")[1:] if not part.startswith(f"{processor()};")]
    parts = "\n\n### ".join([f"{processor()}; {today}\n\n{table}", *others])
    path.write_text(f"{before}{BEGIN}\n### {parts}\n{END}{after}", encoding="utf-8")


def main() -> int:
    given = arguments()
    asked = chosen(given.rows, given.all, given.tiny)
    if given.into:
        run_here(asked, given)
        return 0
    if given.list:
        print("\n".join(f"{name}:{size}" for name, size in asked))
        return 0
    from datetime import date

    from rows import ROWS

    print(processor())
    show(HEADER)
    lines: list[Line] = []
    failed = False
    for part in [asked] if given.tiny else [[one] for one in asked]:
        for result in run_apart(part, given):
            for one in result.get("lines", []):
                lines.append(Line(**one))
                show(cells(lines[-1]))
            for word in ("skipped", "failed"):
                if word in result:
                    print(f"{result['row']}:{result['size']} {word}: {result[word]}", flush=True)
                    failed |= word == "failed"
    for row in dict.fromkeys(name for name, _ in asked):
        for line in ROWS[row].summary([line for line in lines if line.row.startswith(row)]):
            lines.append(line)
            show(cells(line))
    if given.csv:
        with given.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(asdict(line) for line in lines)
    if given.markdown:
        write_markdown(given.markdown, lines, date.today().isoformat())
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
