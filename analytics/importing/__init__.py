"""Files of events → the event store: CSV and JSON lines, plain or gzip, of any size in the same memory.

    Source (bytes, position) → rows (values by column) → Mapping (which column is what) → event → batches → ClickHouse

A row's $insert_id follows from the file's content and the row's line, so sending a row twice changes nothing. It knows
nothing of projects' settings or of the terminal: progress goes to a callback.
"""

from analytics.importing.loading import Importing, Progress, Summary
from analytics.importing.mapping import Mapping, guess
from analytics.importing.rows import Row, Shape, rows, shape
from analytics.importing.source import Source

__all__ = ["Importing", "Mapping", "Progress", "Row", "Shape", "Source", "Summary", "guess", "rows", "shape"]
