"""The lists that the program knows, one small file each."""
