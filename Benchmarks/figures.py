"""How figures are summed up and printed, beside the bounds that they are to keep."""

import statistics


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def show(what: str, *figures: list[float]) -> None:
    """Medians of seconds, each with its p95."""
    texts = [
        f"{statistics.median(seconds) * 1000:8.2f} ms (p95 {percentile(seconds, 95) * 1000:.2f})" for seconds in figures
    ]
    print(f"  {what:<44} {'  '.join(texts)}  {len(figures[0])} times", flush=True)


def verdict(what: str, value: float, bound: float, unit: str) -> None:
    word = "within" if value <= bound else "ABOVE"
    print(f"    {what:<42} {value:9.2f} {unit}, {word} the bound of {bound:.2f} {unit}", flush=True)
