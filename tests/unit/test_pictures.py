"""What a picture of a configuration shows is where it is."""

import numpy as np
import pytest
from matplotlib.collections import EllipseCollection

from glassworks import picture
from glassworks.configurations import Box, Configuration
from glassworks.figures.spaces import views


def some(dimension: int, n: int = 12) -> Configuration:
    rng = np.random.default_rng(dimension)
    return Configuration(6.0 * rng.random((n, dimension)), 0.5 + rng.random(n), Box(6.0, dimension))


def test_particles_of_a_plane_are_discs_of_their_sizes():
    here = some(2)
    [axes] = picture(here).axes
    [discs] = axes.collections
    assert isinstance(discs, EllipseCollection)
    np.testing.assert_allclose(discs.get_offsets(), here.positions - 3.0, atol=1e-12)
    np.testing.assert_allclose(discs.get_widths(), here.diameters)
    brightness = np.asarray(discs.get_facecolor())[:, :3] @ [0.3, 0.6, 0.1]
    assert brightness[here.diameters.argmax()] > brightness[here.diameters.argmin()]
    np.testing.assert_allclose(axes.get_xlim(), axes.get_ylim())


@pytest.mark.parametrize("dimension", [3, 4])
def test_particles_in_space_are_spheres_that_grow_with_them(dimension):
    here = some(dimension)
    [axes] = picture(here).axes
    [balls] = axes.collections
    order = np.argsort(here.diameters)
    assert (np.diff(np.sort(balls.get_sizes())) >= 0).all() and len(balls.get_sizes()) == len(order)
    np.testing.assert_allclose(np.ptp(np.sqrt(balls.get_sizes())) / np.sqrt(balls.get_sizes()).min(),
                               np.ptp(here.diameters) / here.diameters.min())  # fmt: skip


def test_a_field_lies_around_the_particle_that_moves_farthest():
    here = some(3)
    field = np.zeros_like(here.positions)
    field[7], field[2] = (0.0, 2.0, 0.0), (1.0, 0.0, 0.0)
    [view] = views(picture(here, field, most=2))
    [arrows] = view.fields
    np.testing.assert_allclose(arrows.start[0], 0.0, atol=1e-12)
    away = here.box.shortest(here.positions[2] - here.positions[7])
    np.testing.assert_allclose(arrows.start[1], away, rtol=1e-3)
    first, second = (np.subtract(arrows.end[k], arrows.start[k]) for k in (0, 1))
    np.testing.assert_allclose(first / np.linalg.norm(first), [0, 1, 0], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(second) / np.linalg.norm(first), 0.5, rtol=2e-3)


def test_a_field_of_others_is_refused():
    with pytest.raises(ValueError, match=r"a field of shape \(5, 3\); allowed: \(12, 3\)"):
        picture(some(3), np.ones((5, 3)))
