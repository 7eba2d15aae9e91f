"""How dates are written where the desk wants them otherwise than Django: by a clock of 24 hours, nothing shortened."""
