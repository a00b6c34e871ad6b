"""Damaged copies of the campaign's declarations, and what reading them says.

`python tests/mutants.py --seed 1 --count 1000` reads so many, prints what was refused, what was accepted, and every
traceback; it ends with status 1 where there was one.
"""

import argparse
import contextlib
import functools
import importlib.metadata
import random
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from unittest import mock

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.plan import cost_lines
from glassworks.models.declarations import read_declaration

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("config", "workflow/report")
SCALES = ("smoke", "desk")  # mostly the first, which is read in a tenth of a second
VALUES = (
    "", "~", "null", "true", "no", "on", "0", "-1", "1", "3.0", "1e3", "1e-400", "1e999", ".inf", "-.inf", ".nan",
    "-0.0", "017", "0o17", "0x1F", "1_000", "12:30:00", "2020-01-01", '"3"', "'x'", "x", "[]", "{}", "[1, 2]", "{a: 1}",
    "[[]]", "{1: {2: 3}}", "*swap-3d", "*nothing", "!!python/object:os.system x", "!!int 3", "&a [*a]", "1" + "0" * 400,
    "9223372036854775807", "1.0e-30", "1.0e30", "4.9e-324", "1.7976931348623157e308", "é", "\u202e", "a\tb", "- 1",
    "? [a]", "<<", "|\n  text", "'", "[", "}", "%", "@", "`", "..", "/etc/passwd", "a b", "$(id)", "x" * 300,
)  # fmt: skip
"""What stands in place of a value."""
KEYS = ("kind", "n", "1", "null", "true", "<<", "[a]", "", "é", "a b", "_step_", ".inf", *VALUES)
"""What stands in place of a key."""
PIECES = (
    b"\0", b"\t", b"\xe9", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"  ", b":", b"- ", b"#", b"{", b"]", b"\x85",
    b"\xed\xa0\x80", b"&a ", b"*a", b"!", b"---\n", b"...\n", b"%YAML 1.1\n", b"\x1b[31m", "\u2028".encode(),
)  # fmt: skip
"""What is put somewhere into a file."""
DEEP = b"a: " + b"{b: " * 200 + b"1" + b"}" * 200
BOMB = b"a: &a [1, 1, 1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (k, k, b", ".join([b"*%c" % (k - 1)] * 9)) for k in b"bcdefghij"
)
"""A small file that stands for 3 · 9⁹ values."""
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig", "cp1252")
SENTENCE = re.compile(r"(config|workflow)/\S.*?: .|command line: .|results/\S.*?: .")
"""How every refusal begins."""


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A file's content with one thing changed."""
    kind = rng.choice(("line", "line", "value", "value", "value", "key", "bytes", "whole"))
    if kind == "bytes":
        return _bytes(content, rng)
    if kind == "whole":
        return _whole(content, rng)
    lines = content.decode().split("\n")
    wanted = [k for k, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    at = rng.choice(wanted)
    lines[at : at + 1] = _lines(lines, at, rng) if kind == "line" else [_words(lines[at], kind, rng)]
    return "\n".join(lines).encode()


def _lines(lines: list[str], at: int, rng: random.Random) -> list[str]:
    """What stands in place of one line."""
    line, other = lines[at], rng.choice(lines)
    shifted = [f"  {line}"], [line[2:]], [line.lstrip()], [f"\t{line}"], [f"- {line}"]
    return rng.choice(([], [line, line], [other], [line, other], *shifted))


def _words(line: str, kind: str, rng: random.Random) -> str:
    """A line with another key or value."""
    keys = list(re.finditer(r"[\w.-]+(?=:( |$))", line))
    values = list(re.finditer(r"(?<=: )[^\s,{}\[\]&#]+|(?<=[\[ ])[\d.e-]+(?=[,\]])", line))
    found = keys if kind == "key" else values
    if not found:
        return line[: rng.randrange(len(line) + 1)]
    chosen = rng.choice(found)
    old = chosen[0]
    if kind == "key":
        new = rng.choice((old + "x", old[:-1], old.upper(), *KEYS))
    elif re.fullmatch(r"-?[\d.]+(e-?\d+)?", old) and rng.random() < 0.5:
        ends = "e300", "e-300", "e20", "e-20", "0" * 12
        new = rng.choice((f"-{old}", f'"{old}"', f"0.{old}", *(old + end for end in ends)))
    else:
        new = rng.choice(VALUES)
    return line[: chosen.start()] + new + line[chosen.end() :]


def _bytes(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content))
    length = rng.choice((0, 1, 1, 2, 10))
    new = rng.choice((b"", bytes([rng.randrange(256)]), rng.choice(PIECES), content[at : at + 1] * 2))
    return content[:at] + new + content[at + length :]


def _whole(content: bytes, rng: random.Random) -> bytes:
    """Another encoding, a part of the file, nothing, or twice the same."""
    text, end = content.decode(), rng.randrange(len(content))
    return rng.choice(
        (
            text.encode(rng.choice(ENCODINGS), errors="replace"),
            content[:end],
            content[end:],
            b"",
            content * 2,
            text.replace("\n", "\r\n").encode(),
            text.replace("  ", "\t", 1).encode(),
            text.replace(": ", ":").encode(),
            b"[" * 5000,
            DEEP,
            BOMB,
        )
    )


class Copy:
    """A copy of the declarations, of which one file at a time is damaged and mended again."""

    def __init__(self, folder: Path):
        self.folder = folder
        for part in PARTS:
            shutil.copytree(ROOT / part, folder / part)
        self.files = sorted(path for part in PARTS for path in (folder / part).rglob("*.yaml"))
        used = [path for path in self.files if path.parent.name != "scales" or path.stem in SCALES]
        self.files = [path for path in used if path.parent.name != "models"] * 3 + used

    def trial(self, rng: random.Random) -> tuple[str, str]:
        """Damages a file and reads the campaign: (`refused`, `accepted` or `traceback`, what was said)."""
        path = rng.choice(self.files)
        whole = path.read_bytes()
        path.write_bytes(mutated(whole, rng))
        try:
            return read(SCALES[rng.random() < 0.05])
        finally:
            path.write_bytes(whole)


def read(scale: str) -> tuple[str, str]:
    """What Snakemake and `glassworks plan` do with the declarations before any job starts."""
    try:
        plan = Plan({"scale": scale})
        cost_lines(plan, list(plan.campaign.papers))
        for job in plan.jobs():
            plan.expected(*job)
        plan.measuring_rules()
        for paper in plan.campaign.papers:
            plan.paper_targets([paper]), plan.results[paper].code
    except ConfigurationError as refusal:
        wrong = [each for each in refusal.problems if not SENTENCE.match(each) or "\n" in each]
        return ("traceback", f"no sentence: {wrong}") if wrong or not refusal.problems else ("refused", str(refusal))
    except Exception:
        return "traceback", traceback.format_exc()
    return "accepted", ""


@functools.cache
def _once(content: bytes, path: Path, shown: str) -> dict:
    return read_declaration(path, shown)


def read_once(path: Path, shown: str) -> dict:
    """`read_declaration`, which builds the values of files that are not damaged only once."""
    return _once(path.read_bytes(), path, shown) if path.is_file() else read_declaration(path, shown)


def trials(seed: int, count: int) -> list[tuple[str, str]]:
    """So many damaged campaigns, and what became of them."""
    rng = random.Random(seed)
    once = mock.patch("glassworks.campaign.declared.reading.read_declaration", read_once)
    versions = mock.patch("importlib.metadata.version", functools.cache(importlib.metadata.version))
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), once, versions:
        copy = Copy(Path(folder))
        assert read("smoke") == ("accepted", "")
        return [copy.trial(rng) for _ in range(count)]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=1000)
    given = options.parse_args()
    found = trials(given.seed, given.count)
    for text, times in Counter(text for what, text in found if what == "traceback").most_common():
        print(f"{times} times:\n{text}\n")
    counted = Counter(what for what, _ in found)
    numbers = ", ".join(f"{counted[what]} {what}" for what in ("refused", "accepted", "traceback"))
    print(f"seed {given.seed}: {numbers}")
    sys.exit(bool(counted["traceback"]))
