"""Messages to the owner outside of WhatsApp: rows of wbscanner.alarms, sent by the worker."""
