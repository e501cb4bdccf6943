"""Sends requests as an anonymous caller."""

import refusals  # noqa: F401  (registers its hook)
