"""Locks that the system frees when their holder dies, on file systems that have them."""

from __future__ import annotations

import errno
import fcntl
from typing import IO

HELD = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})
ABSENT = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL})
"""What is said where there are no locks: Lustre without `-o flock`, NFS without its lock daemon, and others."""


def lock(file: IO | int, wait: bool = False) -> bool | None:
    """Locks an open file or descriptor for as long as it stays open: whether it is ours; None where there are no locks.

    Args:
        wait: until whoever holds it lets go; else False comes back.

    Raises:
        OSError: locking failed for another reason (EIO, …).
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in HELD:
            return False
        if error.errno in ABSENT:
            return None
        raise
    return True
