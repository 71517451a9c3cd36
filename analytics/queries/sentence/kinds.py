"""What the kinds of question are called, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindWords:
    label: str
    about: str


# In the order in which they are offered.
KIND_WORDS: dict[str, KindWords] = {
    "insights": KindWords("Insights", "How often, how many, how much"),
    "funnels": KindWords("Funnels", "How many get from step to step"),
    "retention": KindWords("Retention", "Who comes back"),
    "flows": KindWords("Flows", "What people do before and after"),
    "lifecycle": KindWords("Lifecycle", "New, returning, back again, gone"),
    "frequency": KindWords("Frequency", "On how many days or in how many hours"),
}
