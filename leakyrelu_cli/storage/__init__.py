"""Where bytes are: files and objects, standard input and output, compressed or not."""
