"""Invented offices: people who do not exist, in real villages, for the demo, the tests and the benchmarks."""
