"""What a person sees: help, tables, the progress line, curves.

The libraries that draw them read the environment when they like; so it is tamed before the first of them is imported.
"""

from leakyrelu_cli.show import environment

environment.tame()
