"""HDF5 files of strangers: whatever they declare, nothing else is opened, executed or allocated."""

import subprocess
import sys
import zlib

import h5py
import numpy as np
import pytest

from glassworks import hdf5
from glassworks.campaign.products.contents import read_record
from glassworks.configurations import Box, Configuration, read_frames, write_frames

POSITION = "particles/all/position/value"


@pytest.fixture
def path(tmp_path):
    """A small file of ours, which is read."""
    rng = np.random.default_rng(1)
    made = [Configuration(5 * rng.random((30, 3)), np.ones(30), Box(5.0, 3)) for _ in range(2)]
    write_frames(tmp_path / "a.h5", made, [0, 1], {"energy": np.ones(2)}, {"glassworks": "{}"})
    assert len(read_frames(tmp_path / "a.h5")[0]) == 2
    return tmp_path / "a.h5"


def soft(file: h5py.File) -> None:
    file["observables/more"] = h5py.SoftLink("/particles")


def external(file: h5py.File) -> None:
    file["observables/more"] = h5py.ExternalLink("/etc/hostname", "/")


def round_about(file: h5py.File) -> None:
    file["observables/more"] = file["observables"]


def elsewhere(file: h5py.File) -> None:
    """Data whose bytes are those of another file: a reader would show what its owner may read."""
    file.create_dataset("observables/more", shape=(4,), dtype="S1", external=[("/etc/hostname", 0, 4)])


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), dtype=float)
    layout[:] = h5py.VirtualSource("/tmp/other.h5", "x", (4,))
    file.create_virtual_dataset("observables/more", layout)


def objects(file: h5py.File) -> None:
    file.create_dataset("observables/more", data=["a", "b"], dtype=h5py.string_dtype())


def references(file: h5py.File) -> None:
    file.create_dataset("observables/more", data=[file.ref], dtype=h5py.ref_dtype)


def compound(file: h5py.File) -> None:
    file["observables/more"] = np.zeros(2, dtype=[("a", int), ("b", float)])


def nothing(file: h5py.File) -> None:
    file["observables/more"] = h5py.Empty(float)


def named_type(file: h5py.File) -> None:
    file["observables/more"] = np.dtype(float)


def words_beside(file: h5py.File) -> None:
    file.attrs.create("more", ["a", "b"], dtype=h5py.string_dtype())


def endless(file: h5py.File) -> None:
    """8 TB of zeros, of which only the declaration is there."""
    del file[POSITION]
    file.create_dataset(POSITION, (10**10, 30, 3), float, chunks=(1000, 30, 3), compression="gzip")


def unwritten(file: h5py.File) -> None:
    del file[POSITION]
    file.create_dataset(POSITION, (10**10, 30, 3), float)


def many_times(file: h5py.File) -> None:
    """Within what a file may hold, but ten thousand times what this one does."""
    file.create_dataset("observables/more", (2, 10**8), float, chunks=(1, 10**5), compression="gzip")


def large_pieces(file: h5py.File) -> None:
    file.create_dataset(
        "observables/more", (2, 10), float, maxshape=(None, None), chunks=(1, 2**30), compression="gzip"
    )


def swollen(file: h5py.File) -> None:
    """A piece of eight bytes that is packed as six million: what it expands to is not what is declared."""
    data = file.create_dataset("observables/more", (1,), float, chunks=(1,), compression="gzip")
    data.id.write_direct_chunk((0,), zlib.compress(np.random.default_rng(0).bytes(6 * 2**20), 0))


def twice_packed(file: h5py.File) -> None:
    made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    made.set_chunk((4,))
    made.set_deflate(9)
    made.set_deflate(9)
    space = h5py.h5s.create_simple((4,))
    h5py.h5d.create(file["observables"].id, b"more", h5py.h5t.NATIVE_DOUBLE, space, made)


def plugin(file: h5py.File) -> None:
    file.create_dataset("observables/more", data=np.zeros(4), chunks=(4,), compression="lzf")


def deep(file: h5py.File) -> None:
    file.create_group("observables" + "/more" * 8)


def many(file: h5py.File) -> None:
    for number in range(hdf5.OBJECTS):
        file.create_group(f"observables/{number}")


HOSTILE = {
    soft: "leads to another place or file", external: "leads to another place or file", elsewhere: "in other files",
    round_about: "deeper than 6", virtual: "in other files", objects: "holds object; allowed: numbers",
    references: "holds object; allowed: numbers", compound: "allowed: numbers", nothing: "allowed: numbers",
    named_type: "is a named type", words_beside: "/@more: holds object; allowed: a text, or numbers",
    endless: r"declares more than 6.71e\+07 bytes; allowed: 4.29e\+09 in all, and 200 times the file's own size",
    unwritten: "declares more than", many_times: "declares more than",
    large_pieces: r"has pieces of 8.59e\+09 bytes; allowed: up to 4.19e\+06", swollen: r"has pieces of 6.29e\+06 bytes",
    twice_packed: r"has the filters \[1, 1\]; allowed: deflate", plugin: "has the filters", deep: "deeper than 6",
    many: f"more objects than {hdf5.OBJECTS}",
}  # fmt: skip


@pytest.mark.parametrize("harm", HOSTILE, ids=lambda harm: harm.__name__)
def test_what_is_no_plain_number_of_this_file_is_refused(path, harm):
    with h5py.File(path, "r+") as file:
        harm(file)
    with pytest.raises(ValueError, match=f"a.h5: .*{HOSTILE[harm]}"):
        read_frames(path)


def test_nothing_large_is_allocated(path):
    """In a process that may have 600 MB more than at its start, each is refused by its limit and not by the system."""
    for harm in (endless, unwritten, many_times, large_pieces):
        with h5py.File(path, "r+") as file:
            if "more" in file["observables"]:
                del file["observables/more"]
            harm(file)
        answer = subprocess.run([sys.executable, "-c", SMALL, path], capture_output=True, text=True)
        assert "allowed: " in answer.stdout, answer.stderr


SMALL = """\
import sys
from glassworks.configurations import read_frames
import resource
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 600 * 2**20,) * 2)
try:
    read_frames(sys.argv[1])
except ValueError as error:
    print(error)
"""


def test_what_no_hdf5_file_is_says_so(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"no HDF5" * 1000)
    with pytest.raises(OSError, match="file signature not found"):
        read_frames(tmp_path / "a.h5")


@pytest.mark.parametrize("lengths", [(1, 100_000), (100, 2000)])
def test_what_we_write_is_within_the_limits(tmp_path, lengths):
    """Large frames are cut into small pieces, and what repeats (equal sizes, a thermostat at rest) is not much."""
    frames, n = lengths
    positions = 10 * np.random.default_rng(0).random((n, 3))
    made = [Configuration(positions, np.ones(n), Box(10.0, 3))] * frames
    write_frames(tmp_path / "a.h5", made, range(frames), {"bath": np.zeros((frames, 2, 3))})
    assert len(read_frames(tmp_path / "a.h5")[0]) == frames


def test_a_text_of_the_root(tmp_path):
    """One text is read alone, whatever else the file holds."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.attrs["glassworks"] = '{"stage": "quench"}'
        file["elsewhere"] = h5py.ExternalLink("b.h5", "/")
    assert hdf5.read_text(path, "glassworks") == '{"stage": "quench"}'
    assert hdf5.read_text(path, "another") == ""
    assert read_record(path) == {"stage": "quench"}
