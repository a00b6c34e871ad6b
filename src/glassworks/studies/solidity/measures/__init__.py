"""Measures of the study of emergent solidity."""

from glassworks.studies.solidity.measures import (  # noqa: F401  each registers its own
    anharmonicity,
    fields,
    liquid,
    networks,
    systems,
    transitions,
)
from glassworks.studies.solidity.measures.registry import MEASURES

__all__ = ["MEASURES"]
