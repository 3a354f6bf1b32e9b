"""How many examples hypothesis tries: few in the quick tier, the same in every run, so that its
result says something of the change; many, and others each time, with ``--hypothesis-profile deep``
or ``HYPOTHESIS_PROFILE=deep``.

An example may take as long as a machine with other work needs for it, so there is no deadline.
"""

from __future__ import annotations

import os

from hypothesis import settings


def load_profile() -> None:
    settings.register_profile("quick", deadline=None, max_examples=40, derandomize=True)
    settings.register_profile("deep", deadline=None, max_examples=400)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
