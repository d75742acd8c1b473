"""Where bytes are: descriptors, files, compression."""
