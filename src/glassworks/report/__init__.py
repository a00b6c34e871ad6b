"""Pages of a scale, each one file that fetches nothing: an index, what was not reproduced and why, and for each paper
its figures and verdicts, and what its tables hold."""

from glassworks.report.columns import write as write_tables
from glassworks.report.index import write as write_index
from glassworks.report.paper import write as write_paper
from glassworks.report.unreproduced import write as write_unreproduced

__all__ = ["write_index", "write_paper", "write_tables", "write_unreproduced"]
