"""The rows of the table, in its order."""

from protocol import Row

from rows.dipoles import Dipoles
from rows.dynamics import (
    HarmonicDisks,
    InversePower,
    KobAndersen,
    LeastStickySpheres,
    LessStickySpheres,
    StickiestSpheres,
    StickySpheres,
    Stresses,
)
from rows.exchange import ReadXyz, WriteXyz
from rows.irreversible import Cold, Colder, Coldest, Warm
from rows.lowest import LowestOfGraph
from rows.modes import LargeModes, LowestModes, SecondLook
from rows.nonlinear import Nonlinear
from rows.pulls import Pulls
from rows.quench import (
    ConjugateGradients,
    ConjugateGradientsGrowth,
    Fire,
    FireGrowth,
    LimitedMemory,
    LimitedMemoryGrowth,
)
from rows.spectrum import Spectrum
from rows.startup import FirstCall, Help
from rows.swap import Swap
from rows.waves import EightWaves, Products

ROWS: dict[str, type[Row]] = {
    row.name: row
    for row in (
        KobAndersen,
        InversePower,
        StickySpheres,
        StickiestSpheres,
        LessStickySpheres,
        LeastStickySpheres,
        Stresses,
        HarmonicDisks,
        Swap,
        Warm,
        Cold,
        Colder,
        Coldest,
        ConjugateGradients,
        LimitedMemory,
        Fire,
        ConjugateGradientsGrowth,
        LimitedMemoryGrowth,
        FireGrowth,
        LowestModes,
        SecondLook,
        LargeModes,
        LowestOfGraph,
        Products,
        EightWaves,
        Dipoles,
        Pulls,
        Nonlinear,
        Spectrum,
        ReadXyz,
        WriteXyz,
        Help,
        FirstCall,
    )
}
