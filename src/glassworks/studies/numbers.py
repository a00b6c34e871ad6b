"""The numbers that a paper prints: its file in `config/papers` is the one place where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def printed_numbers(paper: Mapping[str, Any]) -> dict[str, float]:
    """Those of its claims by their ids, and others by the names that its file gives them.

    Args:
        paper: the content of the paper's file, with `claims` and `numbers`.
    """
    claims = {str(claim.get("id")): claim.get("published") for claim in paper.get("claims", ())}
    numbers = {name: value for name, value in claims.items() if type(value) in (int, float)}
    return numbers | {name: each["value"] for name, each in paper.get("numbers", {}).items()}
