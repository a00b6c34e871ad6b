"""Reads a declaration: a YAML file in which every value means what it says.

What YAML 1.1 and YAML 1.2 read differently (`no`, `017`, `1_000`, `12:30`, a date) is refused, not interpreted; the
rest is the core schema of YAML 1.2, so `1e-3` is a number. A key that is written twice, a number that is not finite,
and what makes a small file fill the memory are refused too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

LARGEST = 1_000_000
"""Bytes of a file; the longest paper of this project takes 40,000."""
MOST_VALUES, DEEPEST = 50_000, 30
"""Values in a file, those counted again that an alias repeats, and how deep they may nest."""
SMALLEST_NUMBER, LARGEST_NUMBER, LARGEST_INTEGER = 1e-30, 1e30, 2**63 - 1
"""Beyond these, powers and products of numbers leave the range of floats, and integers that of tables."""
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_NAME = 40
NAMES = f"lower-case letters, digits and single hyphens between them, {LONGEST_NAME} at most"
"""What a name may hold, in words: it becomes part of folders, of rules' patterns and of command lines."""

_PLAIN = {"": None, "~": None, "null": None, "Null": None, "NULL": None,
          "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}  # fmt: skip
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?\.(inf|Inf|INF))|\.(nan|NaN|NAN)")
_AMBIGUOUS = re.compile(
    r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|=|<<"
    r"|[-+]?0[0-9]+|0o[0-7]+|[-+]?0b[01_]+|[-+]0x[0-9a-fA-F_]+|0x[0-9a-fA-F_]*_[0-9a-fA-F_]*"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
    r"|[-+]?\.?[0-9][0-9_.]*_[0-9_.]*([eE][-+]?[0-9]+)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_name(text: str) -> bool:
    """Whether a text can name a model, a paper, a scale or a group."""
    return len(text) <= LONGEST_NAME and NAME.fullmatch(text) is not None


def declared_names(folder: Path) -> list[str]:
    """The declarations in a folder, sorted: plain files `<name>.yaml`. Hidden files, copies and what editors leave
    behind have no such name."""
    try:
        return sorted(path.stem for path in folder.iterdir() if path.suffix == ".yaml" and _is_declaration(path))
    except OSError:
        return []


def _is_declaration(path: Path) -> bool:
    return is_name(path.stem) and path.is_file()


def read_declaration(path: Path, shown: str) -> dict:
    """The mapping in a YAML file; `shown` names the file in error messages.

    Raises:
        ValueError: the file is missing, is no plain file, is too large, is not UTF-8 or not YAML, holds no mapping, or
            a value that means nothing here; one sentence with file and key, or line.
    """
    try:
        content = _Reader(plain_text(path)).document()
    except ValueError as problem:
        raise ValueError(f"{shown}: {problem}") from None
    if not isinstance(content, dict):
        what = "is empty" if content is None else f"holds {type(content).__name__}"
        raise ValueError(f"{shown}: {what}, but a mapping of keys is expected")
    return content


def plain_text(path: Path) -> str:
    """A file's text; raises ValueError where it has none."""
    try:
        if not path.exists():
            raise ValueError("points to a file that is not there" if path.is_symlink() else "there is no such file")
        if not path.is_file():
            raise ValueError("is a folder, not a file" if path.is_dir() else "is no plain file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror or error})") from None
    if len(content) > LARGEST:
        raise ValueError(f"is larger than {LARGEST / 1e6:g} MB")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("is not UTF-8 but UTF-16 or UTF-32; save it as UTF-8")
    if b"\0" in content:
        raise ValueError(f"line {_line(content, content.index(0))}: holds a NUL byte; save the file as UTF-8 text")
    try:
        return content.decode("utf-8-sig")  # an editor's byte-order mark changes nothing
    except UnicodeDecodeError as error:
        wrong = content[error.start]
        raise ValueError(
            f"line {_line(content, error.start)}: is not UTF-8 (byte {wrong:#04x}); save the file as UTF-8"
        ) from None


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


class _Reader:
    """Builds a document's values from libyaml's events, which know of no types yet."""

    def __init__(self, text: str):
        self._events: Iterator[yaml.Event] = yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self._anchors: dict[str, tuple[object, int]] = {}
        self._values = 0

    def document(self) -> object:
        """The one document of a text; None where there is none. Raises ValueError."""
        try:
            next(self._events)  # the stream begins
            if isinstance(next(self._events), yaml.StreamEndEvent):
                return None
            value = self._value(next(self._events), "", 0)
            next(self._events)  # the document ends
            if not isinstance(next(self._events), yaml.StreamEndEvent):
                raise ValueError("holds more than one document")
            return value
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
            raise ValueError(f"line {mark.line + 1}: {problem}" if mark else _one_line(problem)) from None

    def _value(self, event: yaml.Event, key: str, depth: int) -> object:
        """The value that begins with an event; `key` says where it is."""
        before = self._values
        self._values += 1
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event, key)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise _refusal(event, key, f"{tag}: tags mean nothing here; allowed: the value alone")
        if depth > DEEPEST:
            raise _refusal(event, key, f"nests deeper than {DEEPEST} levels")
        if isinstance(event, yaml.ScalarEvent):
            value: object = _scalar(event, key)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
            while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
                value.append(self._value(inner, f"{key}[{len(value)}]", depth + 1))
        else:
            value = self._mapping(key, depth)
        if event.anchor:
            self._anchors[event.anchor] = value, self._values - before
        self._limit(event, key)
        return value

    def _repeated(self, event: yaml.AliasEvent, key: str) -> object:
        """What an alias stands for."""
        if event.anchor not in self._anchors:
            raise _refusal(event, key, f"*{event.anchor}: no anchor of this name stands before it")
        value, size = self._anchors[event.anchor]
        self._values += size
        self._limit(event, key)
        return value

    def _limit(self, event: yaml.Event, key: str) -> None:
        if self._values > MOST_VALUES:
            raise _refusal(event, key, f"more than {MOST_VALUES} values, aliases counted as what they stand for")

    def _mapping(self, key: str, depth: int) -> dict:
        """A mapping, with what `<<` merges into it first, so that its own keys replace those."""
        merged: dict = {}
        own: dict = {}
        merges = False
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.style in (None, ""):
                if merges:
                    raise _refusal(event, key, "<<: this key is written twice")
                merges = True
                merged = self._merged(event, self._value(next(self._events), _under(key, "<<"), depth + 1), key)
                continue
            name = self._key(event, key)
            if name in own:
                raise ValueError(f"line {event.start_mark.line + 1}: {_under(key, name)}: this key is written twice")
            own[name] = self._value(next(self._events), _under(key, name), depth + 1)
        return merged | own

    def _key(self, event: yaml.Event, key: str) -> str | int | float:
        """A mapping's key: a word or a number."""
        if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            raise _refusal(event, key, "a list or mapping cannot be a key; allowed: a word or a number")
        name = self._value(event, key, 0)
        if isinstance(name, bool) or not isinstance(name, (str, int, float)):
            shown = "null" if name is None else str(name).lower() if isinstance(name, bool) else type(name).__name__
            raise _refusal(event, key, f"{shown}: cannot be a key; allowed: a word or a number")
        return name

    def _merged(self, event: yaml.Event, given: object, key: str) -> dict:
        parts = given if isinstance(given, list) else [given]
        if not all(isinstance(part, dict) for part in parts):
            raise _refusal(event, key, "<<: merges mappings only")
        return {name: value for part in reversed(parts) for name, value in part.items()}


def _scalar(event: yaml.ScalarEvent, key: str) -> object:
    """A scalar's value by the core schema of YAML 1.2."""
    text = event.value
    if event.style not in (None, ""):  # quoted, or a block of text
        return _words(event, key, text)
    if text in _PLAIN:
        return _PLAIN[text]
    if _INTEGER.fullmatch(text):
        value = int(text, 0) if len(text) < 30 else LARGEST_INTEGER + 1
        if abs(value) > LARGEST_INTEGER:
            raise _refusal(event, key, f"{_short(text)}: is too large; allowed: up to {LARGEST_INTEGER}")
        return value
    if _AMBIGUOUS.fullmatch(text):
        raise _refusal(
            event,
            key,
            f"{_short(text)}: is one thing to YAML 1.1 and another to YAML 1.2; allowed: a text in quotes, true or "
            "false, a decimal number without leading zeros or underscores",
        )
    if _INFINITE.fullmatch(text):
        raise _refusal(event, key, f"{float(text.replace('.', '').lower())}: input should be a finite number")
    if _FLOAT.fullmatch(text):
        return _float(event, key, text)
    return _words(event, key, text)


def _float(event: yaml.ScalarEvent, key: str, text: str) -> float:
    value = float(text)
    zero = not re.search("[1-9]", re.split("[eE]", text)[0])
    if not (zero or SMALLEST_NUMBER <= abs(value) <= LARGEST_NUMBER):
        raise _refusal(
            event,
            key,
            f"{_short(text)}: is no number of this range; allowed: 0, or {SMALLEST_NUMBER:g} to {LARGEST_NUMBER:g}",
        )
    return value + 0.0  # no negative zero, which is the same number with another hash


def _words(event: yaml.ScalarEvent, key: str, text: str) -> str:
    if _CONTROL.search(text):
        raise _refusal(event, key, f"{_short(_CONTROL.sub('?', text))}: holds a control character")
    return text


def _refusal(event: yaml.Event, key: str, problem: str) -> ValueError:
    """The refusal of a value, by its key, or by its line where it has none."""
    return ValueError(f"{key or f'line {event.start_mark.line + 1}'}: {problem}")


def _under(key: str, name: object) -> str:
    shown = _short(str(name)) if not isinstance(name, float) else f"{name:g}"
    return f"{key}.{shown}" if key else shown


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    text = _one_line(text)
    return text if len(text) <= 60 else text[:57] + "..."
