"""Jobs: what is asked for -> an exit code."""
