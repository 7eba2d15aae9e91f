"""What shows or combines several apps: dashboard, set-up, pairing."""
