"""Measures of the study of emergent solidity; importing this package registers them."""

from glassworks.claims.solidity import fields, liquid, networks, transitions  # noqa: F401
