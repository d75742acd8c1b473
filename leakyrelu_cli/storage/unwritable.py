"""Whether a file can be replaced, and why not, as the system tells those who try: `os.access` tells only that not."""

from __future__ import annotations

import errno
import os
import stat

from leakyrelu_cli.errors import system_error


def status_of_replaceable(path: str, folder: str) -> os.stat_result | None:
    """The status of the file that is there, if any. A rename would replace even a read-only one: refuse it."""
    if path.endswith(os.sep) or os.path.isdir(path):
        raise system_error(errno.EISDIR)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):  # a device or pipe, which `sink.named` did not see yet: not to be destroyed
        raise system_error(errno.EEXIST)
    if not os.access(path, os.W_OK):
        raise of_file(path)
    if hasattr(os, "geteuid"):
        above = os.stat(folder)
        if above.st_mode & stat.S_ISVTX and os.geteuid() not in {0, status.st_uid, above.st_uid}:
            raise system_error(errno.EPERM)  # in a sticky folder, only owners may rename: say so before the work
    return status


def of_file(path: str) -> OSError:
    """Of a file that may not be written: its mode, a read-only file system, a mark on the file."""
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError as error:
        if error.errno != errno.EPERM:
            return error
        # No mode says so, and even the owner is refused.
        return OSError(errno.EPERM, f"{error.strerror} (marked immutable or append-only? lsattr tells)")
    return system_error(errno.EACCES)


def of_folder(path: str) -> OSError:
    """Of a folder in which no file can be made."""
    is_read_only = hasattr(os, "statvfs") and bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    return system_error(errno.EROFS if is_read_only else errno.EACCES)


def of_new(path: str) -> OSError | None:
    """Of a file that must not be there yet; None if nothing is known to be in its way."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:  # an error of the disk is not the name's
            raise
        return error
    return system_error(errno.EEXIST)
