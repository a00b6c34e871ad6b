"""Measures of the study of emergent solidity; importing this package registers them."""

from glassworks.claims.solidity import anharmonicity, fields, liquid, networks, systems, transitions  # noqa: F401
