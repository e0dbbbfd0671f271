"""What `run` makes of tests that fail, in a small suite of its own: a second chance for two at most, and never in silence."""

import pathlib

import pytest

import everything

HERE = pathlib.Path(__file__).parent
# Fails as often as it is told, counted over processes.
SUITE = """
import pathlib, pytest
def fails(name, times):
    file = pathlib.Path(name)
    count = int(file.read_text()) if file.exists() else 0
    file.write_text(str(count + 1))
    assert count >= times, "told to fail"
@pytest.mark.alone
def test_measures(): pass
@pytest.mark.waits
def test_waits(): fails("waits", {waits})
@pytest.mark.waits
@pytest.mark.minutes
def test_minutes(): pass
def test_one(): fails("one", {one})
def test_two(): fails("two", {two})
"""


@pytest.fixture
def outcome(tmp_path, monkeypatch, capfdbinary):
    """The exit code and what was said."""

    def run(waits=0, one=0, two=0, broken=False):
        (tmp_path / "pytest.ini").write_text((HERE / "pytest.ini").read_text())
        text = SUITE.format(waits=waits, one=one, two=two)
        (tmp_path / "test_suite.py").write_text(text + ("\nimport no_such_module\n" if broken else ""))
        monkeypatch.setattr(everything, "HERE", tmp_path)
        monkeypatch.setattr(everything, "LOGS", tmp_path / "logs")
        return everything.main(), capfdbinary.readouterr().out.decode()

    return run


def test_a_run_without_failures_passes_and_says_nothing_of_chances(outcome):
    code, said = outcome()
    assert code == 0 and "second look" not in said.lower() and "Once more" not in said


@pytest.mark.parametrize("failing", [{"one": 1}, {"waits": 1}, {"one": 1, "two": 1}])
def test_two_that_fail_once_pass_at_a_second_look_and_are_named_with_their_logs(outcome, tmp_path, failing):
    code, said = outcome(**failing)
    assert code == 0
    end = said[said.index("PASSED ONLY AT A SECOND LOOK") :]
    for name in failing:
        log = tmp_path / "logs" / ("waiting.log" if name == "waits" else "working.log")
        assert f"test_suite.py::test_{name}" in end and str(log) in end and "told to fail" in log.read_text()


@pytest.mark.parametrize("failing", [{"one": 2}, {"one": 99}, {"one": 1, "waits": 2}, {"one": 1, "two": 1, "waits": 1}, {"broken": True}])
def test_one_that_fails_again_or_three_that_fail_or_a_broken_suite_fail_the_run(outcome, failing):
    code, said = outcome(**failing)
    assert code != 0 and "SECOND LOOK" not in said
