"""Finding links in a text: pieces, spans, readings and the evasions that had to be undone."""
