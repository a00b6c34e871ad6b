"""A mark in figures and pages: what made them, and a hash of all else that they hold.

It is no part of what a reader sees: a comment behind the end of a PDF, CSV or page, a text chunk of a PNG. It is short,
because readers look for a PDF's end in its last kilobyte; the tables beside it carry their whole provenance.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib

from glassworks.campaign.products.contents import KEY, PROVENANCE

KEPT = ("stage", "stage_digest", "specification_hash")
COMMENTS = {".pdf": (b"%", b"\n"), ".csv": (b"# ", b"\n"), ".html": (b"<!-- ", b" -->\n")}
CHUNK = b"tEXt" + PROVENANCE.encode() + b"\0"
END = 12
"""Bytes of a PNG's last chunk, which is empty."""


def marked(content: bytes, suffix: str, record: dict) -> bytes:
    """A PDF, PNG, CSV or HTML file with a mark that keeps some of a provenance."""
    said = {key: record[key] for key in KEPT}
    whole = hashlib.sha256(json.dumps(said, sort_keys=True).encode() + content).hexdigest()
    text = json.dumps({**said, KEY: whole}, sort_keys=True).encode()
    if suffix == ".png":
        chunk = CHUNK + text
        return content[:-END] + struct.pack(">I", len(chunk) - 4) + chunk + _checksum(chunk) + content[-END:]
    before, after = COMMENTS[suffix]
    return content + before + PROVENANCE.encode() + b" " + text + after


def read_mark(content: bytes, suffix: str) -> tuple[dict, bool]:
    """What a file's mark says, and whether file and mark are as they were written.

    Raises:
        ValueError: there is no mark, or it cannot be read.
    """
    mark = _mark(content, suffix)
    found = dict(json.loads(mark[1]))
    said = {key: found.get(key, "") for key in KEPT}
    return said, marked(content[: mark.start()] + content[mark.end() :], suffix, said) == content


def unmarked(content: bytes, suffix: str) -> bytes:
    """A file without its mark; raises ValueError where there is none."""
    mark = _mark(content, suffix)
    return content[: mark.start()] + content[mark.end() :]


def _mark(content: bytes, suffix: str) -> re.Match[bytes]:
    if suffix == ".png":
        form = rb".{4}" + re.escape(CHUNK) + rb"(\{[^}]*\}).{4}"
    else:
        form = (PROVENANCE.encode() + rb" (\{[^}]*\})").join(map(re.escape, COMMENTS[suffix]))
    *_, mark = [None, *re.finditer(form, content, re.DOTALL)]
    if mark is None:
        raise ValueError("it carries no mark of what made it")
    return mark


def _checksum(chunk: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(chunk))
