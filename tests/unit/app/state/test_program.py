from __future__ import annotations

from app.state.program import SHOWN, ProgramRecord


def record(contained: bool = False) -> ProgramRecord:
    return ProgramRecord("python main.py", "in the sandbox", contained)


def test_the_end_of_a_long_output_is_kept() -> None:
    made = record()
    made.add("x" * SHOWN)
    made.add("end")
    assert len(made.output) == SHOWN
    assert made.output.endswith("end")
    assert made.revision == 2


def test_how_it_ended_in_words() -> None:
    made = record()
    assert made.told == ("muted", "Running in the sandbox …")
    made.end("ended", 0, 1.25)
    assert made.told == ("good", "Ended well after 1.2 s.")
    made.end("ended", 3, 1.0)
    assert made.told == ("bad", "Ended with exit code 3 after 1.0 s.")
    made.end("ended", -9, 1.0)
    assert made.told[1] == "It was ended after 1.0 s."
    made.end("stopped", None, 2.0)
    assert made.told == ("muted", "You stopped it after 2.0 s.")
    made.end("failed", trouble="The folder is not there.")
    assert made.told == ("bad", "The folder is not there.")


def test_only_an_address_on_this_machine_of_a_program_outside_the_sandbox_is_offered() -> None:
    made = record()
    made.add("See https://example.invalid/ or http://localhost:8000/admin?x\n")
    assert made.address == "http://127.0.0.1:8000/admin"
    inside = record(contained=True)
    inside.add("http://localhost:8000/\n")
    assert inside.address == "", "nothing listens outside the sandbox"
    made.end("ended", 0)
    assert made.address == ""
    other = record()
    other.add("http://[::1]:80")
    assert other.address == "http://[::1]:80/"
    evil = record()
    evil.add("http://localhost.example.invalid/")
    assert evil.address == ""
