"""Numbers and symbols as pages show them."""

from __future__ import annotations

import math
import re

import pandas as pd
from markupsafe import Markup, escape

SUBSCRIPT = re.compile(r"(?<![\w-])([A-Za-zΑ-Ωα-ω])_(\{?)([A-Za-zα-ω0-9∞]+)(\}?)")
SUPERSCRIPT = re.compile(r"\^\{([^}]*)\}|\^([−-]?\w+(?:\.\d+)?)")


def symbols(text: str) -> Markup:
    """Plain text with its symbols set: T_p, k_B, ω_g, a0, r^{2(d−1)} get subscripts and superscripts."""
    safe = str(escape(text)).replace("omega_g", "ω_g").replace("xi_", "ξ_").replace("ξ_qlm", "ξ_QLM")
    safe = SUBSCRIPT.sub(r"\1<sub>\3</sub>", safe)
    safe = SUPERSCRIPT.sub(lambda found: f"<sup>{found[1] or found[2]}</sup>", safe)
    return Markup(
        re.sub(r"\ba0\b", "a<sub>0</sub>", safe)
        .replace("e0", "e<sub>0</sub>")
        .replace("c∞", "c<sub>∞</sub>")
        .replace("G∞", "G<sub>∞</sub>")
    )


def number(value: float, digits: int = 3) -> str:
    """A measured number to three digits, an en dash where there is none."""
    if value is None or pd.isna(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if isinstance(value, int) or (float(value).is_integer() and abs(value) >= 1000):
        return f"{value:.0f}"
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa} × 10^{int(exponent)}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else digits - 1
    return f"{value:.{decimals}f}"
