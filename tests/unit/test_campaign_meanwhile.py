"""Who would wait for kernels that another job compiles, compiles what is needed next."""

import threading
from types import SimpleNamespace

import pytest

from glassworks.campaign.jobs import warm
from glassworks.campaign.planned.compiling import mark
from glassworks.campaign.products.locks import lock
from glassworks.models import load_model

MODEL, OTHER = load_model("ipl-3d"), load_model("ipl-2d")


@pytest.fixture
def made(tmp_path, monkeypatch):
    """What is compiled, in order, of a campaign of three kinds of work on one model and one on another."""
    monkeypatch.chdir(tmp_path)
    every = [
        (MODEL, "equilibrate", "random"), (OTHER, "quench", "cg"), (MODEL, "quench", "cg"), (MODEL, "measure", "modes"),
    ]  # fmt: skip
    found = []
    monkeypatch.setattr(warm, "load_campaign", lambda: SimpleNamespace())
    monkeypatch.setattr(warm, "kinds", lambda campaign: iter(every))
    monkeypatch.setattr(warm, "usual", lambda *_: 1.0)
    monkeypatch.setattr(warm.compileall, "compile_dir", lambda *_, **__: None)
    monkeypatch.setattr(warm, "_tiny", lambda *kind: found.append(kind))
    return found


def test_each_kind_is_compiled_once(made):
    for _ in range(2):
        warm.everything()
    assert [kind[1:] for kind in made] == [
        ("equilibrate", "random"), ("quench", "cg"), ("quench", "cg"), ("measure", "modes"),
    ]  # fmt: skip


def test_who_waits_compiles_what_is_next(made):
    """While another holds the lock of what is asked for: the model's other kinds, then it waits; it does not compile
    what the other did."""
    warm.FOLDER.mkdir(parents=True)
    asked = mark(MODEL, "equilibrate", "random")
    with asked.with_suffix(".lock").open("w") as held:
        assert lock(held)
        job = threading.Thread(target=warm.ensure, args=(MODEL, "equilibrate", "random"))
        job.start()
        job.join(1.0)
        assert job.is_alive() and made == [(MODEL, "quench", "cg"), (MODEL, "measure", "modes")]
        asked.write_text("{}")
    job.join(10.0)
    assert not job.is_alive() and len(made) == 2
    assert mark(MODEL, "quench", "cg").is_file() and not mark(OTHER, "quench", "cg").is_file()


def test_what_another_compiles_is_left_to_it(made):
    warm.FOLDER.mkdir(parents=True)
    asked, taken = mark(MODEL, "equilibrate", "random"), mark(MODEL, "quench", "cg")
    with asked.with_suffix(".lock").open("w") as held, taken.with_suffix(".lock").open("w") as other:
        assert lock(held) and lock(other)
        job = threading.Thread(target=warm.ensure, args=(MODEL, "equilibrate", "random"))
        job.start()
        job.join(1.0)
        assert job.is_alive() and made == [(MODEL, "measure", "modes")]
    job.join(10.0)
    assert not job.is_alive() and made[1:] == [(MODEL, "equilibrate", "random")]
