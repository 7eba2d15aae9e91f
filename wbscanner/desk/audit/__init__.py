"""The audit trail in the desk: what each entry says, found by person, deed, group and time, and taken out as a file."""
