"""What can be checked of job objects without Windows: structures, limits, calls and their order."""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import Any

import pytest

from agents.contracts import Limits
from agents.errors import SandboxError
from agents.sandboxes._job import BasicLimits, ExtendedLimits, Job, ProcessIds, extended_limits
from tests.support.sandboxes import kind

BITS_64 = pytest.mark.skipif(struct.calcsize("P") != 8, reason="the sizes of a 64-bit Windows")


@BITS_64
def test_the_structures_are_laid_out_as_windows_has_them() -> None:
    assert ctypes.sizeof(BasicLimits) == 64
    assert ctypes.sizeof(ExtendedLimits) == 144
    assert (BasicLimits.flags.offset, BasicLimits.least_memory.offset) == (16, 24)
    assert (BasicLimits.processes.offset, BasicLimits.affinity.offset) == (40, 48)
    assert (ExtendedLimits.process_memory.offset, ExtendedLimits.job_memory.offset) == (112, 120)
    assert ProcessIds.ids.offset == 8


def test_the_limits_become_those_of_the_job() -> None:
    told = extended_limits(Limits(processes=7, memory=1024, cpu_seconds=3))
    assert told.basic.flags == 0x2000 | 0x400 | 0x200 | 0x8 | 0x4
    assert (told.basic.processes, told.job_memory, told.basic.job_time) == (7, 1024, 30_000_000)
    assert not extended_limits(Limits(cpu_seconds=0)).basic.flags & 0x4


class Recorder:
    """Stands for `ctypes.windll`: writes down what is called and answers as it is told."""

    def __init__(self, **answers: int) -> None:
        self.called: list[str] = []
        self._answers = answers
        self.kernel32 = self.ntdll = self

    def __getattr__(self, name: str) -> Any:
        def call(*_: object) -> int:
            self.called.append(name)
            return self._answers.get(name, 1)

        setattr(self, name, call)
        return call


def test_a_program_goes_on_only_within_its_job() -> None:
    windows = Recorder(CreateJobObjectW=5, OpenProcess=6)
    job = Job(42, Limits(), windows)
    order = ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject", "NtResumeProcess"]
    assert [name for name in dict.fromkeys(windows.called) if name in order] == order
    job.kill()
    assert windows.called[-1] == "TerminateJobObject"


def test_a_program_that_cannot_be_put_into_a_job_is_ended() -> None:
    windows = Recorder(AssignProcessToJobObject=0)
    with pytest.raises(SandboxError, match="job of its own"):
        Job(42, Limits(), windows)
    assert "TerminateProcess" in windows.called
    assert "NtResumeProcess" not in windows.called


def test_a_job_without_limits_is_not_used() -> None:
    with pytest.raises(SandboxError, match="with limits"):
        Job(42, Limits(), Recorder(SetInformationJobObject=0))


def test_elsewhere_it_says_so() -> None:
    if sys.platform != "win32":
        assert kind("jobs").probe() == "Only Windows has job objects."
    assert "not tested on Windows" in kind("jobs").untested
    assert not kind("jobs").build().isolated
