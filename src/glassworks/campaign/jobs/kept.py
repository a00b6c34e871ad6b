"""Arrays that an observable keeps beside its table: `<observable>-<hash>.h5`, a dataset for each array and sample.

`/<array>/<sample>`; an array's group says unit, definition and shape. Provenance and content hash are root attributes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from glassworks import hdf5
from glassworks.campaign.products.contents import KEY, PROVENANCE, compare, frames_hash, seal_frames
from glassworks.campaign.products.sums import product
from glassworks.observables import Array

Arrays = dict[str, np.ndarray]


def write_arrays(
    path: str | Path, found: Mapping[int, Mapping[str, np.ndarray]], declared: Mapping[str, Array], record: dict
) -> None:
    """Writes the arrays of some samples, by sample and name, atomically."""
    with product(path) as temporary:
        with hdf5.opened(temporary, "w") as file:
            file.attrs[PROVENANCE] = json.dumps(record, sort_keys=True)
            for name, told in declared.items():
                group = file.create_group(name)
                group.attrs.update({"unit": told.unit, "definition": told.definition, "shape": told.shape})
                for sample, arrays in found.items():
                    value = np.asarray(arrays[name], dtype=told.dtype)
                    packed = value.size > 1
                    group.create_dataset(
                        str(sample), data=value, compression="gzip" if packed else None, shuffle=packed or None
                    )
        seal_frames(temporary)


def read_arrays(path: str | Path) -> tuple[dict[int, Arrays], dict]:
    """What :func:`write_arrays` wrote, by sample and name, compared with its hash; and its provenance.

    Raises:
        OSError, ValueError, KeyError: it is damaged.
    """
    found: dict[int, Arrays] = {}
    with hdf5.opened(path) as file:
        compare(str(file.attrs[KEY]), frames_hash(file))
        for name, group in file.items():
            for sample, item in group.items():
                found.setdefault(int(sample), {})[name] = item[()]
        return dict(sorted(found.items())), json.loads(file.attrs[PROVENANCE])
