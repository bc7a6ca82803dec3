"""What is said to be supported is the same everywhere."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from texts import page

from stampwell.db.versions import POSTGRESQL_MAJORS

_PROJECT = tomllib.loads(page("pyproject.toml"))["project"]
_PYTHONS = re.findall(r"Programming Language :: Python :: (3\.\d+)", "\n".join(_PROJECT["classifiers"]))
_DEBIANS = ("bookworm", "trixie")


class TestPython:
    def test_the_range_is_that_of_the_classifiers(self) -> None:
        minors = [int(python.removeprefix("3.")) for python in _PYTHONS]
        assert minors == list(range(minors[0], minors[-1] + 1))
        assert _PROJECT["requires-python"] == f">=3.{minors[0]},<3.{minors[-1] + 1}"
        assert f"(3, {minors[0]}) <= sys.version_info[:2] <= (3, {minors[-1]})" in page("tools/setup.sh")

    @pytest.mark.parametrize("name", ["README.md", "docs/self-hosting.md"])
    def test_the_pages(self, name: str) -> None:
        said = " ".join(page(name).split())
        assert f"Python {_PYTHONS[0]} to {_PYTHONS[-1]}" in said
        assert f"PostgreSQL {POSTGRESQL_MAJORS[0]} to {POSTGRESQL_MAJORS[-1]}" in said
        assert "Debian 12 or 13" in said


class TestDebian:
    """`tools/setup.sh` on machines that have some packages and offer others; to anybody but root it names the missing ones."""

    @pytest.fixture
    def machine(self, tmp_path: Path) -> Path:
        """A copy of the script and its list, beside stand-ins for Debian's programs."""
        for name in ("tools/setup.sh", "requirements/apt.txt"):
            (tmp_path / name).parent.mkdir()
            (tmp_path / name).write_text(page(name))
            (tmp_path / name).chmod(0o755)
        return tmp_path

    def _missing(self, machine: Path, purpose: str, *, has: str, offers: str) -> list[str]:
        programs = {
            "id": "echo 1000",
            "dpkg-query": f'case " {has} " in *" $4 "*) echo "install ok installed" ;; *) exit 1 ;; esac',
            "apt-cache": f'case " {offers} " in *" $2 "*) echo "  Candidate: 1.0" ;; *) echo "  Candidate: (none)" ;; esac',
        }
        (machine / "bin").mkdir()
        for name, body in programs.items():
            (machine / "bin" / name).write_text(f"#!/bin/sh\n{body}\n")
            (machine / "bin" / name).chmod(0o755)
        done = subprocess.run(
            [machine / "tools/setup.sh", purpose],
            env={**os.environ, "PATH": f"{machine / 'bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        (line,) = re.findall(r"^setup: these Debian packages are missing: (.*)$", done.stderr, re.MULTILINE)
        assert f"setup: run as root: apt-get install -y --no-install-recommends {line}\n" in done.stderr
        return str(line).split()

    @pytest.mark.parametrize("offered", POSTGRESQL_MAJORS)
    def test_the_postgresql_that_is_offered(self, machine: Path, offered: int) -> None:
        missing = self._missing(machine, "bench", has="wrk nghttp2-client", offers=f"postgresql-{offered} wrk nghttp2-client")
        assert missing == [f"postgresql-{offered}"]

    def test_the_newest_of_several(self, machine: Path) -> None:
        assert self._missing(machine, "bench", has="wrk nghttp2-client", offers="postgresql-15 postgresql-17") == [
            "postgresql-17"
        ]

    @pytest.mark.parametrize("installed", POSTGRESQL_MAJORS)
    def test_the_postgresql_that_is_there_will_do(self, machine: Path, installed: int) -> None:
        has = f"pgbouncer redis-server caddy chromium php-cli openssl fonts-roboto postgresql-{installed}"
        assert self._missing(machine, "test", has=has, offers="postgresql-17 fonts-noto-cjk") == ["fonts-noto-cjk"]

    def test_where_nothing_is_known(self, machine: Path) -> None:
        assert self._missing(machine, "bench", has="", offers="") == ["postgresql-17", "wrk", "nghttp2-client"]

    def test_the_list_has_every_supported_one(self) -> None:
        alternatives = "|".join(f"postgresql-{major}" for major in reversed(POSTGRESQL_MAJORS))
        assert re.findall(r"^(\w+) (postgresql\S*)$", page("requirements/apt.txt"), re.MULTILINE) == [
            ("test", alternatives),
            ("bench", alternatives),
        ]


@pytest.mark.parametrize("name", ["Dockerfile", "compose.postgresql.yaml"])
def test_the_images_are_supported_ones(name: str) -> None:
    found = re.findall(r"(?:image:|FROM) (python|postgres):([\d.]+)-(?:slim-)?(\w+)", page(f"deploy/{name}"))
    assert found
    for product, version, debian in found:
        assert version in (_PYTHONS if product == "python" else map(str, POSTGRESQL_MAJORS))
        assert debian in _DEBIANS
