"""account.py REPORT COMMAND…: what a command cost, all processes that it leaves behind included.

A process of its own and a small one, so that the kernel's count of the most memory is the command's: that of a process
begins with what it was before it became another program. Imports as little as it can.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
# For what the command left behind, as a worker; what has not ended by then is asked to.
LINGERS = 60


def main() -> None:
    report, command = sys.argv[1], sys.argv[2:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status = os.waitpid(child, 0)
    wall = time.perf_counter() - began
    deadline = time.monotonic() + LINGERS
    late = False
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            break
        if not late and time.monotonic() > deadline:
            late = True
            for pid in children():
                os.kill(pid, signal.SIGTERM)
        time.sleep(0.005)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    document = {
        "wall": wall,
        "processor": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss * 1024,
        "exit": os.waitstatus_to_exitcode(status),
        "lingered": late,
    }
    with open(report, "w") as file:
        json.dump(document, file)


def children() -> list[int]:
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == os.getpid():
                    found.append(int(entry))
        except OSError:
            continue
    return found


main()
