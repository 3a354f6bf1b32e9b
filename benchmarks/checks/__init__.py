"""What kliping may cost: CPU time and memory, each compared with another figure of the same run.

    pytest -m "" -n 0 benchmarks/checks

They are apart from the tests, as no test may fail because a machine is busy.
"""
