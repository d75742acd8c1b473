"""What a new file takes over from the one it replaces: owner, mode, extended attributes."""

from __future__ import annotations

import errno
import os
import stat

from leakyrelu_cli.errors import quietly

REFUSED = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENOSYS)


def take_over(descriptor: int, path: str, old_path: str, old: os.stat_result) -> bool:
    """Give a new file, open for writing, what the old one has, as far as the system allows; whether it has the mode.

    Access lists are among the extended attributes.
    """
    mode = stat.S_IMODE(old.st_mode)
    if hasattr(os, "fchown"):
        mode = _take_owner(descriptor, old, mode)
    if hasattr(os, "listxattr"):
        quietly(_copy_attributes, old_path, descriptor)
    return _set_mode(descriptor, path, mode)


def _set_mode(descriptor: int, path: str, mode: int) -> bool:
    """Give it the mode if it has another one; whether the system allows that."""
    # A file system without modes of its own refuses to set even the one that every file has there.
    if stat.S_IMODE(os.fstat(descriptor).st_mode) == mode:
        return True
    try:
        os.chmod(descriptor if os.chmod in os.supports_fd else path, mode)
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        return False
    return True


def _take_owner(descriptor: int, old: os.stat_result, mode: int) -> int:
    """Owner and group of the old file; the mode that is safe with those that could be had."""
    if not quietly(os.fchown, descriptor, old.st_uid, old.st_gid):
        quietly(os.fchown, descriptor, -1, old.st_gid)
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        mode &= ~(stat.S_ISUID | stat.S_ISGID)  # they would lend another owner's rights
    if new.st_gid != old.st_gid:
        mode = mode & ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3  # to another group, all are others
    return mode


def _copy_attributes(path: str, descriptor: int) -> None:
    old = os.listxattr(path)
    for name in os.listxattr(descriptor):
        if name not in old:  # the folder may give new files an access list
            quietly(os.removexattr, descriptor, name)
    for name in old:
        quietly(lambda name: os.setxattr(descriptor, name, os.getxattr(path, name)), name)
