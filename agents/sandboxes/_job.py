"""A job object of Windows: processes that are limited, counted and ended together.

Written from Microsoft's documentation ("Job Objects"); the structures are declared with fixed sizes, so that
their layout can be checked on any 64-bit system.
"""

from __future__ import annotations

import ctypes
from typing import Any

from agents.contracts import Limits
from agents.errors import SandboxError

EXTENDED_LIMITS, USER_INTERFACE, PROCESS_IDS = 9, 4, 3  # JOBOBJECTINFOCLASS
ACTIVE_PROCESS, JOB_TIME, JOB_MEMORY, DIE_ON_ERROR, KILL_ON_CLOSE = 0x8, 0x4, 0x200, 0x400, 0x2000
# Handles, clipboard, settings, display, global atoms, desktops, logging off.
ALL_USER_INTERFACE = 0xFF
TERMINATE, SET_QUOTA, SUSPEND_RESUME, QUERY = 0x1, 0x100, 0x800, 0x400
TICKS = 10_000_000  # of a hundred nanoseconds in a second
MOST_PROCESSES = 4096


class BasicLimits(ctypes.Structure):
    """`JOBOBJECT_BASIC_LIMIT_INFORMATION`."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_memory", ctypes.c_size_t),
        ("most_memory", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """`JOBOBJECT_EXTENDED_LIMIT_INFORMATION`; the six counters of input and output are not used."""

    _fields_ = (
        ("basic", BasicLimits),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class ProcessIds(ctypes.Structure):
    """`JOBOBJECT_BASIC_PROCESS_ID_LIST` with room for many."""

    _fields_ = (
        ("assigned", ctypes.c_uint32),
        ("listed", ctypes.c_uint32),
        ("ids", ctypes.c_size_t * MOST_PROCESSES),
    )


def extended_limits(limits: Limits) -> ExtendedLimits:
    """What the kernel is told of `limits`; the job ends with the last handle to it, and so with Troupe."""
    told = ExtendedLimits()
    told.basic.flags = ACTIVE_PROCESS | JOB_MEMORY | DIE_ON_ERROR | KILL_ON_CLOSE
    told.basic.processes = limits.processes
    told.job_memory = limits.memory
    if limits.cpu_seconds:
        told.basic.flags |= JOB_TIME
        told.basic.job_time = limits.cpu_seconds * TICKS
    return told


class Job:
    """The family of one program, which was started suspended: in the job it goes on.

    `SandboxError` when Windows refuses; the program is then ended.
    """

    def __init__(self, pid: int, limits: Limits, windows: Any) -> None:
        self._kernel = windows.kernel32
        self._handle = new_job(limits, windows)
        wanted = TERMINATE | SET_QUOTA | SUSPEND_RESUME | QUERY
        process = ctypes.c_void_p(self._kernel.OpenProcess(wanted, False, pid))
        joined = process.value and self._kernel.AssignProcessToJobObject(self._handle, process)
        if joined:
            windows.ntdll.NtResumeProcess(process)
        else:
            self._kernel.TerminateProcess(process, 1)
        self._kernel.CloseHandle(process)
        if not joined:
            raise SandboxError("Windows refuses to put the program into a job of its own.")

    def members(self) -> list[int]:
        """The program and all that it started."""
        told = ProcessIds()
        size = ctypes.sizeof(told)
        if not self._kernel.QueryInformationJobObject(
            self._handle, PROCESS_IDS, ctypes.byref(told), size, None
        ):
            return []
        return list(told.ids[: told.listed])

    def kill(self) -> None:
        """End all of them at once."""
        self._kernel.TerminateJobObject(self._handle, 1)

    def gone(self) -> bool:
        """None of them is left."""
        return not self.members()

    def exit_code(self, returncode: int) -> int:
        """The program's own."""
        return returncode


def new_job(limits: Limits, windows: Any) -> ctypes.c_void_p:
    """The handle of a new job with `limits`; `SandboxError` when Windows refuses one."""
    kernel = windows.kernel32
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    kernel.OpenProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    settings = (
        (EXTENDED_LIMITS, extended_limits(limits)),
        (USER_INTERFACE, ctypes.c_uint32(ALL_USER_INTERFACE)),
    )
    made = job.value and all(
        kernel.SetInformationJobObject(job, what, ctypes.byref(told), ctypes.sizeof(told))
        for what, told in settings
    )
    if not made:
        raise SandboxError("Windows refuses a job object with limits.")
    return job
