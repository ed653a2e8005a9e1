"""Writes figures as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from airdesk.adapters.sqlite.commit_times import BOUNDS_S
from airdesk.app.metrics.figures import FIGURES, PREFIX, Figure, Kind, Snapshot

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def exposition(snapshot: Snapshot) -> bytes:
    """Write a snapshot in the text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(snapshot))
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        for figure in FIGURES:
            if figure.kind is Kind.HISTOGRAM:
                if self._snapshot.commits:
                    yield self._histogram(figure)
            else:
                yield self._family(figure)

    def _family(self, figure: Figure) -> Metric:
        kind = CounterMetricFamily if figure.kind is Kind.COUNTER else GaugeMetricFamily
        labels = [figure.label] if figure.label else []
        family = kind(PREFIX + figure.name, figure.help, labels=labels)
        for label, value in sorted(self._snapshot.values.get(figure.name, {}).items()):
            family.add_metric([label] if figure.label else [], value)
        return family

    def _histogram(self, figure: Figure) -> Metric:
        family = HistogramMetricFamily(PREFIX + figure.name, figure.help)
        buckets, count = [], 0
        for bound, more in zip([*map(str, BOUNDS_S), "+Inf"], self._snapshot.commits, strict=True):
            count += more
            buckets.append((bound, float(count)))
        family.add_metric([], buckets, self._snapshot.commit_seconds)
        return family
