#!/bin/sh
# messages.sh [FOLDER]: brings the catalogues of FOLDER (src/stampwell/locales) up to date with the code.
#   stampwell.pot, stamp_page.pot   every sentence that the code marks with translatable() or phrase(), and the templates with t():
#                                   of the API and the dashboard, and of the customer's page; counted() marks two, for one and for many
#   LANGUAGE/LC_MESSAGES/*.po       new sentences come in untranslated, those that are gone go out
#   LANGUAGE/LC_MESSAGES/*.mo       what the server reads
set -eu
cd "$(dirname "$0")/.."
folder=${1:-src/stampwell/locales}
babel=.venv/bin/pybabel

# collect CATALOGUE FOLDER…
collect() {
    name=$1
    shift
    # Without dates and line numbers: the files change when a sentence does, and at no other time.
    $babel --quiet extract --no-default-keywords -F "tools/$name.cfg" -k translatable -k phrase -k counted:2,3 -k t \
        --add-location=file --sort-output --omit-header --width=128 -o "$folder/$name.pot" "$@"
    $babel --quiet update -D "$name" -i "$folder/$name.pot" -d "$folder" --no-fuzzy-matching --ignore-obsolete \
        --ignore-pot-creation-date --width=128
    $babel --quiet compile -D "$name" -d "$folder"
}

collect stampwell src/stampwell
collect stamp_page src/stampwell/stamp_page src/stampwell/drawing src/stampwell/features/stamps/pins.py \
    src/stampwell/features/locations/staffing.py \
    src/stampwell/core/day_words.py
