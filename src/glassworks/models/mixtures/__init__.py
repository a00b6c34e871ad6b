"""Mixtures, a file each: which sizes particles have.

A file of this folder is a kind, called as it is: `<kind>.py` holds a class `Mixture` of what a model file may say of
it, with `kind: Literal["<kind>"]` and

    largest                   the largest λ_i
    diameters(n)              λ_i of n particles, shape (n,), smallest first
    moment(order)             ⟨λ^order⟩ of a large sample
    mixing(energies)          the :class:`Mixing` of its pairs, whose energies a potential may name
    species                   the sizes of its species by their names, where it has any: a model may give each a mass
    unlike(diameters)         what of the diameters of a configuration is not this mixture's, in words; '' where all is
"""

from glassworks.models.kinds import found_in, one_of

FILES = found_in(__name__, __path__)
Mixture = one_of(file.Mixture for file in FILES.values())
