"""Energy minimization: conjugate gradients, L-BFGS and FIRE behind one interface and one stopping rule.

Above the temperature where a liquid begins to feel its landscape, a start lies near many inherent structures, and which
one is reached depends on the method and even on rounding: a study fixes its method. Means over starts hardly depend on
it. Mean energy per particle (with its standard error), evaluations, and the fraction of starts from which the method
ends where conjugate gradients end (positions to 1e-7), from the same 20 to 24 starts each:

    start                         cg                     lbfgs                        fire
    IPL 3D, N = 2000, T = 1.0     5.7906(17)  1335       5.7888(18)  1459  0 %        5.7907(16)  2504  0 %
    POLY 3D, N = 2000, T = 1.0    5.3367(26)  1403       5.3404(18)  1252  0 %        5.3403(27)  2625  0 %
    POLY 3D, N = 1000, T = 1.3    5.3669(49)  1041       5.3646(50)  1070  0 %        5.3677(39)  2061  0 %
    POLY 3D, N = 1000, T = 0.8    5.2974(27)   956       5.2979(29)   872  20 %       5.2972(30)  1579  25 %
    POLY 3D, N = 1000, T = 0.4    5.0989(38)   279       5.0989(38)   272  100 %      5.0989(38)   599  100 %
"""

from glassworks.minimize.quench import Quench, minimize

__all__ = ["Quench", "minimize"]
