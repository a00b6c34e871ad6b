"""kill -9 at many random instants of one campaign (`--kills`), of its driver, of a worker, or of both: the same command
each time, and the tables of an undisturbed run.
"""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from project import Toy

pytestmark = pytest.mark.faults

SEED = 14
LONGEST = 0.2
"""Time between two kills at most, in units of what the campaign takes undisturbed."""
TABLES = ("liquids", "glasses", "moduli")

MANY = """\
scale: toy
purpose: a chain of liquids that keeps its state, and short jobs around it
papers:
  pinching:
    parents-small:
      - {n: 400, temperatures: [1.3], samples: 6}
    reference-3d:
      - {n: 400, samples: 8}
"""

ENDED = """
if __name__ == "__main__":
    import os, sys
    with open("ended", "a") as ended:
        ended.write(f"{os.getpid()} {'_'.join(sys.argv[:3])}\\n")
"""
"""A job that reaches its end says so."""


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Toy:
    """Such a campaign that nothing happened to, and how long it took."""
    toy = Toy(tmp_path_factory.mktemp("many"), TABLES, MANY)
    for script in (toy.folder / "scripts").glob("*.py"):
        script.write_text(script.read_text() + ENDED)
    began = time.monotonic()
    toy.run()
    toy.took = time.monotonic() - began
    return toy


def ended(toy: Toy) -> Counter:
    """How often each job reached its end."""
    return Counter(line.split()[1] for line in lines(toy))


def lines(toy: Toy) -> list[str]:
    """The process and the name of each job that reached its end."""
    path = toy.folder / "ended"
    return path.read_text().splitlines() if path.is_file() else []


def workers(folder: Path) -> list[psutil.Process]:
    """The jobs that run in a folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            command = process.cmdline()
            if len(command) > 1 and command[1].startswith("scripts/") and Path(process.cwd()) == folder:
                found.append(process)
    return found


def test_many_kills(many, tmp_path, monkeypatch, tell, request):
    kills = request.config.getoption("--kills")
    monkeypatch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "0")
    toy = many.copy(tmp_path / "toy", "results/liquids", "results/ensembles", "results/toy", "ended")
    chance, drivers, killed, late, said = random.Random(SEED), 0, Counter(), Counter(), ""
    toy.pause("gather")  # the campaign does not end before the last kill
    driver = None
    try:
        while killed.total() < kills:
            if driver is None or driver.poll() is not None:
                said += toy.said() if driver else ""
                driver, drivers = toy.start(), drivers + 1
            time.sleep(chance.uniform(0.01, LONGEST) * many.took)
            what = ("driver", "worker", "both")[killed.total() % 3]
            live = workers(toy.folder) if what != "driver" else []
            if what == "worker" and not live:
                continue
            if live:
                chosen = chance.choice(sorted(live, key=lambda each: each.pid))
                chosen.kill()
                late.update(line.split()[1] for line in lines(toy) if line.startswith(f"{chosen.pid} "))
            if what != "worker":
                driver.kill()
                driver.wait()
            killed[what] += 1
        toy.resume("gather")
        if driver.poll() is None:
            driver.wait(400)
        said += toy.said()
    finally:
        if driver and driver.poll() is None:
            os.killpg(driver.pid, signal.SIGKILL)
            driver.wait()
    said += toy.run()
    assert toy.tables() == many.tables()
    assert "products that were finished without a driver" in said
    twice = ended(toy) - ended(many) - late
    again = toy.began() - many.began()
    steps = toy.offers().total() - many.offers().total()
    print(f"{dict(killed)}, {drivers} drivers, {late.total()} killed at their end, {dict(again)} again, {steps} steps")
    assert not [job for job in twice if not job.startswith("scripts/gather")], said[-20000:]
    assert steps <= 2 * kills / 3  # a step that was made, and not yet kept
    where = f"workstation, {kills} random instants of one campaign: driver, worker, or both"
    lost = (
        f"{again.total()} jobs begun again beside {many.began().total()}, {late.total()} of them killed when they had "
        "written everything, none after it had ended; "
        f"{steps} of {many.offers().total()} steps of the chain made twice"
    )
    tell(f"kill -9, {kills} times", where, "", "kept … products that were finished without a driver", lost)
