"""The picture of a function: drawn in the terminal, or written as an image file."""

from __future__ import annotations

import logging

from leakyrelu_cli.errors import LeakyReluError, MissingLibrary, blaming, printable
from leakyrelu_cli.show import curves
from leakyrelu_cli.storage import outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.job import Draw


def draw(job: Draw) -> int:
    """Draw it; the exit code.

    Raises
    ------
    LeakyReluError
        If it cannot be drawn or written.
    """
    picture = curves.picture(job.plot)
    path, kind = job.image or (None, None)
    data = _in_terminal(picture, job.size) if kind is None else _image(picture, kind, job.size)
    with outputs.batch([path]) as run, outputs.opened(path, run) as sink:
        sink.write(data)
    return 0


def _in_terminal(picture: curves.Picture, size: tuple[int, int] | None) -> bytes:
    from leakyrelu_cli.show import terminal_plot  # noqa: PLC0415 -- an image does without it

    return terminal_plot.render(picture, size)


def _image(picture: curves.Picture, kind: str, size: tuple[int, int] | None) -> bytes:
    # What it has to say about folders for its caches and settings is not for who wants an image.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        from leakyrelu_cli.show import image_plot  # noqa: PLC0415 -- matplotlib is optional, and slow to import
    except ModuleNotFoundError as error:
        raise MissingLibrary("matplotlib", "plot", error) from None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- it reads settings of the user's when it is imported
        *_, reason = ["", *str(error).strip().split("\n")]  # NumPy gives a page of advice, and last what went wrong
        raise LeakyReluError(f"matplotlib cannot be loaded: {printable(reason)}") from None
    with blaming("matplotlib"):  # it reads files of its own
        return image_plot.render(picture, kind, size)
