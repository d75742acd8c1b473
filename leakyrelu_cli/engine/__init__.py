"""The engine: bytes in, bytes out."""
