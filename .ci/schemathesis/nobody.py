"""Signs nobody in."""

import refusals  # noqa: F401  (registers its hook)
