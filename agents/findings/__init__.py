"""What an analysis of the code finds before anybody has read or run it (AgileCoder, arXiv:2406.11912).

AgileCoder's first review is given such findings. Ours [ours] prefer silence to a false alarm: what may be
right is not told.
"""

from agents.findings.finding import Finding
from agents.findings.search import findings

__all__ = ["Finding", "findings"]
