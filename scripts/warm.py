"""Compiles every kernel that the campaign uses; the first job of each kind does it too.

Example: python scripts/warm.py
"""

from glassworks.campaign.jobs.main import parser, run
from glassworks.campaign.jobs.warm import everything

if __name__ == "__main__":
    parser(__doc__).parse_args()
    run(everything, "warm")
