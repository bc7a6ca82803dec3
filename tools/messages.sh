#!/bin/sh
# messages.sh [FOLDER]: brings the catalogues of FOLDER (src/stampwell/locales) up to date with the code.
#   stampwell.pot                   every sentence that the code marks with translatable() or phrase(), and the templates with t()
#   LANGUAGE/LC_MESSAGES/*.po       new sentences come in untranslated, those that are gone go out
#   LANGUAGE/LC_MESSAGES/*.mo       what the server reads
set -eu
cd "$(dirname "$0")/.."
folder=${1:-src/stampwell/locales}
babel=.venv/bin/pybabel
# Without dates and line numbers: the files change when a sentence does, and at no other time.
$babel --quiet extract --no-default-keywords -F tools/messages.cfg -k translatable -k phrase -k t \
    --add-location=file --sort-output --omit-header --width=128 -o "$folder/stampwell.pot" src/stampwell
$babel --quiet update -D stampwell -i "$folder/stampwell.pot" -d "$folder" --no-fuzzy-matching --ignore-obsolete \
    --ignore-pot-creation-date --width=128
$babel --quiet compile -D stampwell -d "$folder"
