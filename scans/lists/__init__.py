"""The lists of known links as rows and files: imported in steps, put into use, tried, rolled back."""

from __future__ import annotations
