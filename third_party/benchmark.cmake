# Google Benchmark 1.7 or later (Debian: libbenchmark-dev). Apache-2.0. Benchmarks only.
find_package(benchmark 1.7 REQUIRED)
