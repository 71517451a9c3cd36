"""What an answer calls its metrics: by their events, and by more where two would be called alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analytics.queries.metrics import Metric, letter
from analytics.queries.sentence import told_apart


def metric_names(metrics: Sequence[Metric]) -> list[str]:
    """No two are the same: "View (total)" beside "View (unique users)", and "View A" beside "View B" where only their
    filters differ."""
    plain = [metric.name for metric in metrics]
    names = where_alike(plain, [f"{metric.name} ({told_apart(metric)})" for metric in metrics])
    names = where_alike(names, [f"{name} {letter(index)}" for index, name in enumerate(plain)])
    while len(set(names)) < len(names):  # an event has the very name that we have just made
        names = where_alike(names, [f"{name} {letter(index)}" for index, name in enumerate(names)])
    return names


def where_alike(names: Sequence[str], better: Sequence[str]) -> list[str]:
    times = Counter(names)
    return [other if times[name] > 1 else name for name, other in zip(names, better, strict=True)]
