"""The pictures of a page: a page holds them itself, so that it can be sent alone, and yet stays small."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

VIEWS = "Views"
"""The text in a PNG file that holds what it shows in space (`figures/style.py`)."""
BUDGET = 12_000_000
"""Bytes that the pictures of a page take at most; with its text a page stays below 15 MB."""
COLORS = 256
STEPS = (1, 2)
"""By how much a picture is made smaller that gets fewer colors: first not at all."""
WIDE = 1400
"""Pixels from which on a picture is of two columns; one column of figures has 1,027 (`figures/style.py`)."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def embedded(paths: Sequence[Path], budget: int) -> list[str]:
    """PNG files as a page holds them, in order; empty where there is none.

    While all together take more than the budget, the largest of them gets 256 colors, and then half its width and
    height. What does not fit even so is left out, the largest first: the page then shows the file itself, which lies
    beside it.
    """
    contents = [path.read_bytes() if path.exists() else b"" for path in paths]
    steps = [list(STEPS) for _ in paths]
    while sum(map(_length, contents)) > budget:
        largest = max(range(len(paths)), key=lambda place: (bool(steps[place]), len(contents[place])))
        contents[largest] = _less(paths[largest], contents[largest], steps[largest])
    return [f"data:image/png;base64,{base64.b64encode(each).decode()}" if each else "" for each in contents]


def _less(path: Path, content: bytes, steps: list[int]) -> bytes:
    """A picture after the next of its steps; nothing where none is left."""
    if not steps:
        return b""
    smaller = reduced(path.read_bytes(), steps.pop(0))
    return min(content, smaller, key=len)


def _length(content: bytes) -> int:
    """Characters that base64 takes."""
    return 4 * -(-len(content) // 3)


def reduced(content: bytes, step: int) -> bytes:
    """A PNG file with 256 colors and 1/step of the width and height."""
    from PIL import Image  # most pages need it not

    with Image.open(io.BytesIO(content)) as image:
        plain = Image.new("RGB", image.size, "white")
        plain.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    made = io.BytesIO()
    plain.reduce(step).quantize(COLORS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()


def wide(path: Path) -> bool:
    """Whether a picture is as wide as two columns, by its head."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        head = file.read(24)
    return head.startswith(SIGNATURE) and int.from_bytes(head[16:20], "big") >= WIDE


def views(path: Path) -> list[dict[str, Any]]:
    """What a picture shows in space, as `figures/spaces.py` tells it; none where it does not."""
    from PIL import Image

    if not path.exists():
        return []
    with Image.open(path) as image:
        return json.loads(image.info.get(VIEWS, "[]"))
