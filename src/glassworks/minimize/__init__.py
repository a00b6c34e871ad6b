"""Energy minimization: conjugate gradients, L-BFGS and FIRE behind one interface and one stopping rule."""

from glassworks.minimize.quench import Quench, minimize

__all__ = ["Quench", "minimize"]
