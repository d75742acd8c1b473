"""What a person sees: tables, the progress line, curves."""
