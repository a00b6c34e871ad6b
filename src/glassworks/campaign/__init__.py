"""All that knows of the workflow: configuration, ensembles, seeds, files, stages, jobs, plan, status, verification.

One thread a job, also where its command is typed by hand: the campaign is parallel in its jobs, threads that wait for
one another make small matrices slower, and sums of more than one thread have other bits. Libraries read these names
when they are imported, so they are set before.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")
