"""The report of a scale: one self-contained HTML page with figures, verdicts, samples, provenance and cost."""

from glassworks.report.page import write

__all__ = ["write"]
