#!/bin/sh
# Writes the hash-locked lists in requirements/ anew from pyproject.toml.
#   run.txt  what a server needs (and what builds our own package)
#   dev.txt  the same versions, and what tests, checks and benches need
#   mutants.txt  the same versions, and what `make mutants` needs besides
#   generators.txt  what makes clients out of the OpenAPI document in tests, from generators.in
# For every Python that pyproject.toml allows: what only some of them need has its condition beside it.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
export UV_CUSTOM_COMPILE_COMMAND="make lock"
common="--quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url"
$uv pip compile pyproject.toml --extra build $common "$@" -o requirements/run.txt
$uv pip compile pyproject.toml --extra build --extra dev --extra bench $common \
    --constraint requirements/run.txt "$@" -o requirements/dev.txt
$uv pip compile pyproject.toml --extra build --extra dev --extra bench --extra mutants $common \
    --constraint requirements/dev.txt "$@" -o requirements/mutants.txt
$uv pip compile requirements/generators.in $common "$@" -o requirements/generators.txt
