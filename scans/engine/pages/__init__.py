"""What a fetched page shows and where it sends on: tags, fields, titles, scripts; parsed, never executed."""
