"""Glassworks: makes computer glasses and measures their soft spots.

>>> import glassworks as gw
>>> model = gw.load_model("ipl-2d")
>>> liquid = gw.make_liquid(model, n=200, temperature=2.0, sweeps=50, seed=1)
>>> glass = gw.quench(model, liquid)
>>> glass.modes(count=5).frequencies.shape
(5,)
"""

from importlib import import_module

from glassworks.compiled import choose_locator

choose_locator()

HOMES = {
    "CalculatorGlass": "glassworks.calculators",
    "Configuration": "glassworks.configurations",
    "Glass": "glassworks.notebook",
    "Model": "glassworks.models",
    "Units": "glassworks.exchange",
    "load_model": "glassworks.models",
    "lowest": "glassworks.vibrations",
    "make_liquid": "glassworks.notebook",
    "make_model": "glassworks.models",
    "model_names": "glassworks.models",
    "picture": "glassworks.pictures",
    "quench": "glassworks.notebook",
}
"""Where each public name lives. It is imported at its first use, so that what only reads tables starts at once."""

__all__ = list(HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})


def __getattr__(name: str):
    if name not in HOMES:
        raise AttributeError(f"module 'glassworks' has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)
