#!/bin/sh
# setup.sh run|test|bench: installs what that purpose needs, and nothing that is there already.
#   Debian packages from requirements/apt.txt (as root; otherwise it names what is missing and stops)
#   .venv from the hash-locked list, with Stampwell itself as an editable install
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}

wanted=$(awk -v purpose="$purpose" '$1 == purpose || $1 == "run" { print $2 }' requirements/apt.txt)
# A Python that can make virtual environments needs no python3 or python3-venv from Debian.
if python3 -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    wanted=$(echo "$wanted" | grep -v '^python3' || true)
fi
missing=""
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "setup: these Debian packages are missing:$missing" >&2
        echo "setup: run as root: apt-get install -y --no-install-recommends$missing" >&2
        exit 1
    fi
    echo "setup: installing from Debian:$missing"
    # Without this the package would start a PostgreSQL cluster and a Redis of its own, which nobody here asked for.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 755 "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

lock=requirements/run.txt
[ "$purpose" = run ] || lock=requirements/dev.txt
[ -x .venv/bin/python ] || python3 -m venv .venv
have=$(cat .venv/.installed 2>/dev/null || true)
# The development list holds all of the run list, so it serves `run` too. It goes with the Python client, which tests need.
full=$(cat requirements/dev.txt pyproject.toml sdk/python/pyproject.toml | sha256sum | cut -d' ' -f1)
want=$full
[ "$purpose" != run ] || want=$(cat requirements/run.txt pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$have" != "$want" ] && [ "$have" != "$full" ]; then
    echo "setup: installing Python packages from $lock"
    install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }
    install --require-hashes -r "$lock"
    install --no-deps --no-build-isolation -e .
    [ "$purpose" = run ] || install --no-deps --no-build-isolation -e sdk/python
    echo "$want" > .venv/.installed
fi
