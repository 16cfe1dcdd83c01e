"""A laboratory on loopback: made images, real registries, and an end to every process it started.

The demo, the system tests and the benchmarks share it. Python's standard library only.
"""
