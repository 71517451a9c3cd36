"""What people did in which order, on a site and on one ten times as large: how much more each question costs.

Funnels, retention and flows share their tables here, which are filled once for each size: BENCH_EVENTS, and ten times
as many by ten times as many people. Takes more than an hour, so it runs only when named: `python -m bench growth`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench import flows, funnels, retention
from bench.figure import Figure
from bench.insights import EVENTS, FLOOR, LEGACY, OURS, TABLES, Bench, Shots, engine, figures, ratios

FACTOR = 10
RATIOS = flows.RATIOS[:2]  # to the floor, and to the peer's shape with its join
KINDS = {
    "funnels": (funnels.FunnelBench, funnels.QUESTIONS, funnels.ARRAYS),
    "retention": (retention.RetentionBench, retention.QUESTIONS, LEGACY),
    "flows": (flows.FlowsBench, flows.QUESTIONS, LEGACY),
}


def run() -> Iterator[Figure]:
    small, large = (taken(events) for events in (EVENTS, EVENTS * FACTOR))
    for name, shots in large.items():
        yield from figures(name, shots)
        for shape in shots:
            grown = shots[shape].middle / small[name][shape].middle
            yield Figure(f"{name}: {shape}, {FACTOR} times the events", grown, "×")
    for events, found in ((EVENTS, small), (EVENTS * FACTOR, large)):
        yield from ratios(found, RATIOS, events)


def taken(events: int) -> dict[str, dict[str, Shots]]:
    """By question and shape."""
    found: dict[str, dict[str, Shots]] = {}
    with engine("growth") as opened:
        shared = Bench(*opened, tables={shape: TABLES[shape] for shape in (OURS, FLOOR, LEGACY)}, events=events)
        shared.fill()
        shared.merge()
        shared.client.execute(retention.persons())
        for kind, (make, questions, peer) in KINDS.items():
            bench = make(*opened, events=events)
            bench.tables = {shape: bench.tables[shape] for shape in (OURS, FLOOR, peer)}
            bench.by_hand = {shape: bench.by_hand[shape] for shape in (FLOOR, peer)}
            bench.check()
            for name in questions:
                shots = bench.turns(name)
                found[f"{kind}, {name}"] = {LEGACY if shape == peer else shape: each for shape, each in shots.items()}
                said = ", ".join(f"{shape} {each.middle * 1000:,.0f} ms" for shape, each in shots.items())
                print(f"  {events:,} events, {kind}, {name}: {said}", flush=True)  # it takes long
    return found
