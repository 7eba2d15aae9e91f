"""Reads the codes in a picture and the links in a PDF, in a process of its own that may be killed at any time.

`python -m waclient.decoding` reads one file on standard input and writes what it found as JSON lines. It imports
neither Django nor the WhatsApp library, has no secret in its environment, and opens nothing once it has read its input.
"""
