"""A loopback WhatsApp server that drives the real neonize library; start at tests.whatsapp_server.server.

Nothing is imported here, so that the start-up wrapper of a child process (tests.whatsapp_server.child) stays light.
"""
