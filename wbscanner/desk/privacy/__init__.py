"""The owner's page about what is stored and what left the house; what members may ask for."""
