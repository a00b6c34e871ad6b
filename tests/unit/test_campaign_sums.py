"""A folder's list of bytes: on it before a product has its name, whole or absent, and one job at a time."""

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from glassworks.campaign.products import files, sums
from glassworks.campaign.products.sums import LIST, LOCK, DamagedList, enlist, product, read_list, sum_of, write_list


def make(path: Path, text: str = "content") -> None:
    with product(path) as temporary:
        temporary.write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_product_is_on_the_list_before_it_has_its_name(tmp_path, monkeypatch):
    seen, plain = [], os.replace

    def replace(source, target):
        seen.append((Path(target).name, (tmp_path / LIST).exists() and read_list(tmp_path)))
        plain(source, target)

    monkeypatch.setattr(os, "replace", replace)
    make(tmp_path / "a.h5")
    assert seen == [(LIST, False), ("a.h5", {"a.h5": {sum_of(tmp_path / "a.h5")}})]
    assert names(tmp_path) == [LIST, "a.h5"]


def test_sha256sum_reads_the_list(tmp_path):
    if not shutil.which("sha256sum"):
        pytest.skip("no sha256sum here")
    for name in ("a.h5", "b.parquet"):
        make(tmp_path / name, name)
    command = ["sha256sum", "--check", "--strict", LIST]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout == "a.h5: OK\nb.parquet: OK\n" and not answer.stderr
    (tmp_path / "a.h5").write_text("other")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from glassworks.campaign.products.sums import product
instant, calls = int(sys.argv[1]), []
def dying(plain):
    def call(*given):
        calls.append(plain)
        if len(calls) == instant:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*given)
    return call
os.replace, os.fsync, os.unlink = dying(os.replace), dying(os.fsync), dying(os.unlink)
with product(sys.argv[2]) as path:
    path.write_text("new")
print(len(calls))
"""


@pytest.mark.parametrize("before", [None, "old"])
def test_killed_at_any_instant_what_stands_there_is_on_the_list(tmp_path, before):
    """Every call that changes the disk is the last one once: the product is the old one or the new one, whole and on
    the list, and the next attempt needs no help."""
    instants, states = 0, set()
    while True:
        instants += 1
        target = tmp_path / str(instants) / "a.h5"
        target.parent.mkdir()
        if before:
            make(target, before)
        command = [sys.executable, "-c", KILLED, str(instants), str(target)]
        answer = subprocess.run(command, capture_output=True, check=False)
        if target.exists():
            assert sum_of(target) in read_list(target.parent)["a.h5"]
            states.add(target.read_text())
        else:
            assert before is None
        make(target, "again")
        assert read_list(target.parent) == {"a.h5": {sum_of(target)}}
        if answer.returncode == 0:
            break
    assert states == {"new", *([before] if before else [])} and instants == int(answer.stdout) + 1 > 7


def test_what_is_gone_is_struck_off_by_the_next_product(tmp_path):
    make(tmp_path / "a.h5")
    (tmp_path / "a.h5").unlink()
    make(tmp_path / "b.h5")
    assert read_list(tmp_path) == {"b.h5": {sum_of(tmp_path / "b.h5")}}


@pytest.mark.parametrize("harm", [
    lambda content: b"", lambda content: content[:-3], lambda content: b"\0" * len(content),
    lambda content: content.replace(b"a.h5", b"b.h5"), lambda content: b"\xff" + content,
])  # fmt: skip
def test_a_damaged_list_is_never_believed(tmp_path, harm):
    """And a job that finds one begins it anew, so that it cannot fail for it."""
    make(tmp_path / "a.h5")
    (tmp_path / LIST).write_bytes(harm((tmp_path / LIST).read_bytes()))
    with pytest.raises(DamagedList):
        read_list(tmp_path)
    make(tmp_path / "c.h5")
    assert read_list(tmp_path) == {"c.h5": {sum_of(tmp_path / "c.h5")}}


def test_names_that_lead_elsewhere_are_damage(tmp_path):
    write_list(tmp_path, {"../a.h5": {"0" * 64}})
    with pytest.raises(DamagedList):
        read_list(tmp_path)


MANY = """
import sys
from glassworks.campaign.products.sums import product
for number in range(40):
    with product(f"{sys.argv[1]}/{sys.argv[2]}-{number}.parquet") as path:
        path.write_text(str(number))
"""


def test_jobs_that_write_into_one_folder_lose_no_entry(tmp_path):
    jobs = [subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), name]) for name in "abc"]
    assert [job.wait(120) for job in jobs] == [0, 0, 0]
    listed = read_list(tmp_path)
    assert len(listed) == 120 and LOCK not in names(tmp_path)
    assert all(sums == {sum_of(tmp_path / name)} for name, sums in listed.items())


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL])
def test_without_locks_products_are_made_all_the_same(tmp_path, monkeypatch, number):
    def flock(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    make(tmp_path / "a.h5")
    assert names(tmp_path) == [LIST, "a.h5"] and read_list(tmp_path) == {"a.h5": {sum_of(tmp_path / "a.h5")}}


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_at_the_nth_write_leaves_the_old_product(tmp_path, monkeypatch, call, number):
    """Until the new product has its name the old one stays and is on the list, and no temporary file is left."""
    plain, states = getattr(os, call), []
    while not states or states[-1][1]:
        target = tmp_path / str(len(states)) / "a.h5"
        make(target, "old")
        count = iter([*range(len(states), -1, -1), *[-1] * 20])
        with monkeypatch.context() as patch:
            patch.setattr(os, call, refusing(number, lambda *_, count=count: next(count) == 0, plain))
            failed = None
            try:
                make(target, "new")
            except OSError as error:
                failed = error.errno
        assert failed in (None, number) and names(target.parent) == [LIST, "a.h5"]
        assert sum_of(target) in read_list(target.parent)["a.h5"]
        states.append((target.read_text(), failed))
    assert ("old", number) in states and states[-1] == ("new", None) and len(states) > 3


def test_leftovers_of_a_killed_job_go_with_the_next_product(tmp_path):
    """Those that nobody has touched for an hour; what is being written, and another product's, stays."""
    make(tmp_path / "glass.h5")
    left = {
        name: tmp_path / f".{name}.tmp" for name in ("glass.aaaaaaaa.h5", "glass.bbbbbbbb.h5", "glasses.cccccccc.h5")
    }
    for path in left.values():
        path.touch()
    for name in ("glass.aaaaaaaa.h5", "glasses.cccccccc.h5"):
        os.utime(left[name], (time.time() - 7200,) * 2)
    make(tmp_path / "glass.h5")
    assert [name for name, path in left.items() if path.exists()] == ["glass.bbbbbbbb.h5", "glasses.cccccccc.h5"]


def test_products_are_put_on_the_list_by_hand(tmp_path):
    make(tmp_path / "a.h5")
    enlist(tmp_path, {"b.h5": "1" * 64})
    assert read_list(tmp_path) == {"a.h5": {sum_of(tmp_path / "a.h5")}, "b.h5": {"1" * 64}}


# ---- file systems that are no POSIX


def refusing(number: int, when=lambda *_: True, plain=None):
    def call(*given, **options):
        if when(*given):
            raise OSError(number, os.strerror(number))
        return plain(*given, **options)

    return call


def of_folder(descriptor: int) -> bool:
    return os.path.isdir(f"/proc/self/fd/{descriptor}")


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF])
def test_a_folder_that_cannot_be_synchronized_is_passed_over(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "fsync", refusing(number, of_folder, os.fsync))
    make(tmp_path / "a.h5")
    assert names(tmp_path) == [LIST, "a.h5"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_folder_that_fails_is_never_passed_over(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "fsync", refusing(number, of_folder, os.fsync))
    with pytest.raises(OSError, match=os.strerror(number)):
        files.write_text(tmp_path / "a.txt", "content")


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO, errno.ENOSPC])
def test_a_file_that_does_not_reach_the_disk_is_none(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "fsync", refusing(number))
    with pytest.raises(OSError, match=os.strerror(number)):
        make(tmp_path / "a.h5")
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_without_modes_is_written(tmp_path, monkeypatch, number):
    monkeypatch.setattr(Path, "chmod", refusing(number))
    make(tmp_path / "a.h5")
    assert names(tmp_path) == [LIST, "a.h5"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_mode_that_a_disk_loses_is_an_error(tmp_path, monkeypatch, number):
    monkeypatch.setattr(Path, "chmod", refusing(number))
    with pytest.raises(OSError, match=os.strerror(number)):
        make(tmp_path / "a.h5")
    assert names(tmp_path) == []


def test_the_longest_name_of_a_file_can_be_written(tmp_path):
    """Its temporary's name is no longer; a longer one is refused by its name."""
    longest = tmp_path / ("ε" * 126 + ".h5")
    make(longest)
    assert longest.is_file()
    with pytest.raises(OSError, match="too long"):
        make(tmp_path / ("x" * 300 + ".h5"))
    make(longest)
    assert names(tmp_path) == [LIST, longest.name] and [*read_list(tmp_path)] == [longest.name]


def test_a_folder_that_may_not_be_written_is_named(tmp_path, monkeypatch):
    """As root writes everywhere, the refusal is played."""
    monkeypatch.setattr(tempfile, "mkstemp", refusing(errno.EROFS))
    with pytest.raises(OSError, match="Read-only"):
        make(tmp_path / "a.h5")
    assert names(tmp_path) == []


def test_a_killed_job_holds_nobody_up(tmp_path):
    """The system lets go of a lock with the process that held it."""
    program = (
        "import pathlib, time, glassworks.campaign.products.sums as sums\n"
        f"with sums._alone(pathlib.Path({str(tmp_path)!r})):"
    )
    program += "\n    print('held', flush=True); time.sleep(60)"
    job = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert job.stdout.readline() == "held\n" and LOCK in names(tmp_path)
    job.send_signal(signal.SIGKILL)
    job.wait()
    make(tmp_path / "a.h5")
    assert names(tmp_path) == [LIST, "a.h5"] and sums.read_list(tmp_path)
