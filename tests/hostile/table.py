"""All cases, in the order in which they are told."""

from tests.hostile import bodies, heads, turns, wires

CASES = [*wires.CASES, *heads.CASES, *bodies.CASES, *turns.CASES]
