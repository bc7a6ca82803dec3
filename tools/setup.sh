#!/bin/sh
# setup.sh run|test|bench|map: installs what that purpose needs, and nothing that is there already.
#   Debian packages from requirements/apt.txt (as root; otherwise it names what is missing and stops)
#   .venv from the hash-locked list, with Stampwell itself as an editable install
#   for test, what makes clients out of the OpenAPI document (setup_generators.sh)
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}

# Tells whether the command is a Python that Stampwell supports and that can make virtual environments.
fits() {
    "$1" -c 'import ensurepip, venv, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}
find_python() {
    for python in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        ! fits "$python" || return 0
    done
    return 1
}
is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }
is_offered() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }
# The first of one|two|three that this Debian offers; the first of all when it offers none of them.
choose() {
    for package in $(echo "$1" | tr '|' ' '); do
        if is_offered "$package"; then
            echo "$package"
            return
        fi
    done
    echo "${1%%|*}"
}

missing=""
for need in $(awk -v purpose="$purpose" '$1 == purpose || $1 == "run" { print $2 }' requirements/apt.txt); do
    case $need in python3*) ! find_python || continue ;; esac
    for package in $(echo "$need" | tr '|' ' '); do
        ! is_installed "$package" || continue 2
    done
    missing="$missing $need"
done
if [ -n "$missing" ]; then
    [ "$(id -u)" != 0 ] || apt-get update -qq
    packages=""
    for need in $missing; do
        packages="$packages $(choose "$need")"
    done
    if [ "$(id -u)" != 0 ]; then
        echo "setup: these Debian packages are missing:$packages" >&2
        echo "setup: run as root: apt-get install -y --no-install-recommends$packages" >&2
        exit 1
    fi
    echo "setup: installing from Debian:$packages"
    # Without this the package would start a PostgreSQL cluster and a Redis of its own, which nobody here asked for.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 755 "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

if ! find_python; then
    echo "setup: Stampwell needs Python 3.11, 3.12 or 3.13 with its venv; found $(python3 --version 2>&1 || true)" >&2
    exit 1
fi
# After an upgrade of Debian the environment's Python is the new one, and nothing that was installed for the old one is found.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    "$python" -m venv --clear .venv
fi

# PostgreSQL refuses to run as root, and its own user has to get to its programs. The root of a fresh chroot may be closed to it.
if [ "$purpose" != run ] && [ "$(id -u)" = 0 ] && ! runuser -u nobody -- true 2>/dev/null; then
    chmod a+rx /
fi

lock=requirements/run.txt
[ "$purpose" = run ] || lock=requirements/dev.txt
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
[ "$purpose" != test ] || tools/setup_generators.sh
