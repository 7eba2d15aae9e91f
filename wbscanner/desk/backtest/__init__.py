"""Trying out a policy on what happened: what is proposed, replayed, compared, and shown."""
