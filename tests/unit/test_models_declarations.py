"""What a declaration's file may hold, and what is refused with file and key."""

import os
import re
from pathlib import Path

import pytest
import yaml

from glassworks.models.declarations import MOST_VALUES, NAMES, declared_names, is_name, read_declaration

ROOT = Path(__file__).resolve().parents[2]
REFUSED = {
    "another encoding": ("a: é\n".encode("latin-1"), "line 1: is not UTF-8 (byte 0xe9); save the file as UTF-8"),
    "a late byte": (b"a: 1\nb: 2\nc: \xff\n", "line 3: is not UTF-8 (byte 0xff); save the file as UTF-8"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "is not UTF-8 but UTF-16 or UTF-32; save it as UTF-8"),
    "UTF-16 without a mark": ("a: 1\n".encode("utf-16-le"), "line 1: holds a NUL byte; save the file as UTF-8 text"),
    "UTF-32": ("a: 1\n".encode("utf-32"), "is not UTF-8 but UTF-16 or UTF-32; save it as UTF-8"),
    "NUL": (b"a: 1\nb: \0\n", "line 2: holds a NUL byte; save the file as UTF-8 text"),
    "an escaped control character": (rb'a: "x\x07"', "a: x?: holds a control character"),
    "tab": (b"a:\n\tb: 1\n", "line 2: found character that cannot start any token"),
    "empty": (b"", "is empty, but a mapping of keys is expected"),
    "comments alone": (b"# a: 1\n", "is empty, but a mapping of keys is expected"),
    "list": (b"- 1\n", "holds list, but a mapping of keys is expected"),
    "two documents": (b"a: 1\n---\na: 2\n", "holds more than one document"),
    "tag": (b"a: !!python/object/apply:os.system [id]", "a: !!python/object/apply:os.system: tags mean nothing here"),
    "plain tag": (b"a: {b: !!int '3'}", "a.b: !!int: tags mean nothing here; allowed: the value alone"),
    "key twice": (b"a: {b: 1, b: 2}", "line 1: a.b: this key is written twice"),
    "equal numbers as keys": (b"a: {1.3: 1, 1.30: 2}", "line 1: a.1.3: this key is written twice"),
    "list as key": (b"a: {[1]: 2}", "a: a list or mapping cannot be a key; allowed: a word or a number"),
    "nothing as key": (b"a: {~: 2}", "a: null: cannot be a key; allowed: a word or a number"),
    "truth as key": (b"a: {true: 2}", "a: true: cannot be a key; allowed: a word or a number"),
    "itself": (b"a: &a [*a]", "a[0]: *a: no anchor of this name stands before it"),
    "unknown anchor": (b"a: *b", "a: *b: no anchor of this name stands before it"),
    "merged number": (b"a: {<<: 3}", "a: <<: merges mappings only"),
    "deep": (b"a: " + b"[" * 40 + b"]" * 40, "[0]: nests deeper than 30 levels"),
    "very deep": (b"a: " + b"[" * 100_000, "nests deeper than 30 levels"),
    "huge": (b"a: 1\n" + b"#" * 10**6, "is larger than 1 MB"),
    "infinite": (b"a: [1, .inf]", "a[1]: inf: input should be a finite number"),
    "undefined": (b"a: {b: .NaN}", "a.b: nan: input should be a finite number"),
    "beyond floats": (b"a: -1e999", "a: -1e999: is no number of this range; allowed: 0, or 1e-30 to 1e+30"),
    "below floats": (b"a: 1e-400", "a: 1e-400: is no number of this range; allowed: 0, or 1e-30 to 1e+30"),
    "beyond tables": (b"a: 9223372036854775808", "is too large; allowed: up to 9223372036854775807"),
    "ten to the 400": (b"a: 1" + b"0" * 400, "is too large; allowed: up to 9223372036854775807"),
}  # fmt: skip

MEANT = {
    "1e3": 1000.0, "1e-2": 0.01, "1.5E+3": 1500.0, ".5": 0.5, "1.": 1.0, "-3": -3, "0": 0, "0x1F": 31, "3.0": 3.0,
    "true": True, "False": False, "~": None, "null": None, "": None, "'no'": "no", '"017"': "017", "n": "n",
    "nothing": "nothing", "x.y": "x.y", "10.1/2": "10.1/2", "1-2": "1-2", "a_1": "a_1", "_": "_", "1 of 2": "1 of 2",
    "é ω": "é ω",
}  # fmt: skip
AMBIGUOUS = (
    "yes", "no", "No", "on", "OFF", "017", "-017", "08", "0o17", "0b11", "1_000", "1_000.5", "12:30:00", "1:30",
    "190:20:30.15", "2020-01-01", "2020-1-1T10:00:00Z", "-0x1F", "0x_1F", "=",
)  # fmt: skip


def read(folder, content: bytes):
    (folder / "mine.yaml").write_bytes(content)
    return read_declaration(folder / "mine.yaml", "config/mine.yaml")


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_sentence(tmp_path, case):
    content, problem = REFUSED[case]
    with pytest.raises(ValueError) as refusal:
        read(tmp_path, content)
    said = str(refusal.value)
    assert said.startswith("config/mine.yaml: ") and problem in said and "\n" not in said and len(said) < 300


@pytest.mark.parametrize("text", MEANT)
def test_values_mean_what_yaml_1_2_says(tmp_path, text):
    found = read(tmp_path, f"a: {text}\n".encode())["a"]
    assert found == MEANT[text] and type(found) is type(MEANT[text])


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_yaml_versions_read_differently_is_refused(tmp_path, text):
    with pytest.raises(
        ValueError, match=r"config/mine.yaml: a\[1\]: .*: is one thing to YAML 1.1 and another to YAML 1.2"
    ):
        read(tmp_path, f"a: [x, {text}]\n".encode())
    assert read(tmp_path, f"a: '{text}'\n".encode()) == {"a": text}


def test_negative_zero_is_zero(tmp_path):
    assert str(read(tmp_path, b"a: -0.0")["a"]) == "0.0"


def test_a_mark_of_utf_8_and_line_ends_of_windows_change_nothing(tmp_path):
    assert read(tmp_path, "a: é\r\nb: 2\r\n".encode("utf-8-sig")) == {"a": "é", "b": 2}


def test_own_keys_replace_what_is_merged(tmp_path):
    content = b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {y: 4, <<: [*a, {x: 5, z: 6}]}\n"
    assert read(tmp_path, content) == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "z": 6, "y": 4}}


def test_aliases_do_not_fill_the_memory(tmp_path):
    """Each line holds nine times what the one before does: 10⁹ values in 300 bytes."""
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 9)]
    with pytest.raises(ValueError, match=f"more than {MOST_VALUES} values, aliases counted"):
        read(tmp_path, "\n".join(lines).encode())
    assert len(read(tmp_path, "\n".join(lines[:4]).encode())["a3"]) == 9


@pytest.mark.parametrize(
    ("name", "fine"),
    [("poly-3d", True), ("ka", True), ("harmonic-2d-phi095", True), ("a" * 40, True), ("a" * 41, False), ("", False),
     ("-rf", False), ("a--b", False), ("a-", False), ("ipl_step_3d", False), ("ipl 3d", False), ("..", False),
     ("/etc", False), ("a/b", False), ("Poly", False), ("p\u043ely", False), ("a\n", False), ("a.b", False),
     ("$(id)", False)],
)  # fmt: skip
def test_names_are_safe_in_paths_patterns_and_commands(name, fine):
    assert is_name(name) == fine and "letters" in NAMES


def test_leftovers_are_no_declarations(tmp_path):
    for name in (
        "good.yaml",
        "._good.yaml",
        "#good#",
        "good.yaml~",
        "good (copy).yaml",
        ".good.yaml",
        "good.yml",
        "Good.yaml",
    ):
        (tmp_path / name).write_text("a: 1\n")
    (tmp_path / ".#good.yaml").symlink_to("somebody@somewhere.1234")
    (tmp_path / "lost.yaml").symlink_to("nowhere")
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    assert declared_names(tmp_path) == ["good"] and declared_names(tmp_path / "none") == []


def test_what_is_no_plain_file_is_said(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "lost.yaml").symlink_to("nowhere")
    (tmp_path / "ring.yaml").symlink_to("ring.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    for name, said in (
        ("folder", "is a folder, not a file"), ("lost", "points to a file that is not there"),
        ("pipe", "is no plain file"), ("ring", ""), ("none", "there is no such file"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"{name}: {said}"):
            read_declaration(tmp_path / f"{name}.yaml", name)


def test_a_file_that_may_not_be_read_is_said(tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_text("a: 1")

    def refused(*given, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refused)
    with pytest.raises(ValueError, match=r"^mine: cannot be read \(Permission denied\)$"):
        read_declaration(tmp_path / "mine.yaml", "mine")


def _plain(path):
    """A file by PyYAML alone, numbers with an exponent as YAML 1.2 has them."""

    class Loader(yaml.SafeLoader):
        pass

    exponent = re.compile(r"^[-+]?[0-9]+\.?[0-9]*[eE][-+]?[0-9]+$")
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", exponent, list("-+0123456789."))
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def test_the_campaigns_own_files_read_as_another_reader_reads_them():
    files = [*(ROOT / "config").rglob("*.yaml"), *(ROOT / "workflow/report").glob("*.yaml")]
    assert len(files) > 20
    for path in files:
        assert repr(read_declaration(path, path.name)) == repr(_plain(path)), path
