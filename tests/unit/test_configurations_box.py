"""The box: every finite point is wrapped into it, and what it cannot be is refused."""

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from glassworks.configurations import Box, Configuration, force_state
from glassworks.models import load_model


def inside(box: Box, wrapped: np.ndarray) -> bool:
    low = np.zeros_like(wrapped)
    low[:, 0] = box.tilt * wrapped[:, 1]
    return bool(((wrapped >= low) & (wrapped < low + box.length)).all())


COORDINATES = st.floats(allow_nan=False, allow_infinity=False)


@seed(1)
@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    st.floats(1e-3, 1e6),
    st.floats(-0.5, 0.5),
    st.lists(st.tuples(COORDINATES, COORDINATES, COORDINATES), min_size=1, max_size=5),
)
def test_every_finite_point_is_wrapped_into_the_box(length, tilt, points):
    box = Box(length, 3, tilt)
    wrapped = box.wrap(np.array(points))
    assert inside(box, wrapped)
    if not tilt:
        np.testing.assert_array_equal(box.wrap(wrapped), wrapped)


@pytest.mark.parametrize("tilt", [0.0, 0.3, -0.5])
@pytest.mark.parametrize("edges", [0, 1, 3, -7])
@pytest.mark.parametrize("length", [1.0, 3.3, 17.1, np.nextafter(8.0, 0.0)])
def test_a_hair_beside_an_edge_is_wrapped_to_the_point_that_it_is(length, edges, tilt):
    """Within rounding the wrapped point is a periodic copy of the given one, and it is inside."""
    box, edge = Box(length, 2, tilt), edges * length
    places = [edge, np.nextafter(edge, -np.inf), np.nextafter(edge, np.inf), edge - 1e-17, edge + 1e-17]
    points = np.array([[x, y] for x in places for y in (*places, 0.4 * length)])
    wrapped = box.wrap(points)
    assert inside(box, wrapped)
    copies = (wrapped - points) / length
    copies[:, 0] -= tilt * copies[:, 1]
    np.testing.assert_allclose(copies, np.rint(copies), atol=1e-13)


def test_a_hair_below_zero_is_zero():
    assert Box(5.0, 2).wrap(np.array([[-1e-17, 2.0]])).tolist() == [[0.0, 2.0]]
    assert Box(5.0, 2, 0.25).wrap(np.array([[1.0, -1e-17]])).tolist() == [[1.0, 0.0]]


def test_what_is_not_finite_stays_so():
    wrapped = Box(5.0, 2).wrap(np.array([[np.nan, 6.0], [np.inf, -1.0], [1.0, 2.0]]))
    assert np.isnan(wrapped[:2, 0]).all() and wrapped[:, 1].tolist() == [1.0, 4.0, 2.0] and wrapped[2, 0] == 1.0


@pytest.mark.parametrize(
    "given, said",
    [
        (((10, 12, 9), 3), "one positive number"),
        ((0.0, 3), "one positive number"),
        ((np.nan, 3), "one positive number"),
        ((np.inf, 2), "one positive number"),
        ((5.0, 1), "two dimensions"),
        ((5.0, 2, 0.6), "between -0.5 and 0.5"),
        ((5.0, 2, np.nan), "between -0.5 and 0.5"),
    ],
)
def test_impossible_boxes_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        Box(*given)


def test_lists_are_as_good_as_arrays():
    made = Configuration([[0.5, 1], [7, 2.5]], [1, 1.4], Box(6.0, 2))
    np.testing.assert_array_equal(made.positions, [[0.5, 1.0], [1.0, 2.5]])
    assert made.diameters.dtype == float and force_state(load_model("harmonic-2d").interaction, made).energy == 0.0
    for positions, diameters in (([1.0, 2.0], [1.0, 1.0]), ([[1.0, 2.0]], [1.0, 1.0]), ([[1.0, 2.0]], 1.0)):
        with pytest.raises(ValueError, match="must have shape"):
            Configuration(positions, diameters, Box(6.0, 2))
