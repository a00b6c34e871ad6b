"""Figures and pages carry a mark that readers do not see, and that tells of any change."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from glassworks.campaign.products.marks import KEPT, marked, read_mark

RECORD = {**dict(zip(KEPT, ("draw", "1-0123456789ab", "ff" * 32), strict=True)), "seed": 1}


def plain(suffix: str) -> bytes:
    """A figure or a page without a mark."""
    if suffix == ".html":
        return b"<!DOCTYPE html><title>glassworks</title><p>text<!-- glassworks {no mark} --></p>\n"
    made, axes = plt.subplots(figsize=(1, 1))
    axes.plot([0, 1])
    buffer = io.BytesIO()
    made.savefig(buffer, format=suffix[1:])
    plt.close(made)
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".html"])
def test_any_flipped_bit_is_found(suffix):
    content = marked(plain(suffix), suffix, RECORD)
    assert read_mark(content, suffix) == ({key: RECORD[key] for key in KEPT}, True)
    size = 8 * len(content)
    places = {*np.random.default_rng(1).choice(size, 200, replace=False), *range(size - 8 * 300, size)}
    for place in map(int, places):
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << (place % 8)
        try:
            _, whole = read_mark(bytes(flipped), suffix)
        except ValueError:
            continue
        assert not whole, f"bit {place} of {size}"


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".html"])
def test_without_a_mark_is_said(suffix):
    with pytest.raises(ValueError, match=r"carries no mark|Expecting"):
        read_mark(plain(suffix), suffix)


def test_readers_see_what_they_saw():
    image = plain(".png")
    pixels = [plt.imread(io.BytesIO(each)) for each in (image, marked(image, ".png", RECORD))]
    assert np.array_equal(*pixels)
    assert b"%%EOF" in marked(plain(".pdf"), ".pdf", RECORD)[-1024:]
