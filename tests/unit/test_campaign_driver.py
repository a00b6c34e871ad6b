"""A folder has one driver; a dead one leaves nothing in the way."""

import os
import subprocess
import sys

import pytest

from glassworks.campaign.driver import hold
from glassworks.campaign.errors import ConfigurationError


def test_a_second_driver_is_refused_with_the_first_ones_process(tmp_path):
    code = (
        "from pathlib import Path; from glassworks.campaign.driver import hold\n"
        "import sys; held = hold(Path(sys.argv[1])); print('held', flush=True); input()"
    )
    first = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(ConfigurationError, match=f"process {first.pid} already drives"):
            hold(tmp_path)
    finally:
        first.kill()
        first.wait()
    with hold(tmp_path) as file:
        file.seek(0)
        assert file.read() == str(os.getpid())


def test_locks_of_a_killed_driver_are_freed(tmp_path):
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir(parents=True)
    (locks / "0.output.lock").write_text("results/x")
    hold(tmp_path).close()
    assert not locks.exists()
