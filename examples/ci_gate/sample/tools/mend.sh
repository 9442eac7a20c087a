#!/bin/sh
# Removes white space at the ends of lines, and ends the last line.
set -eu
mended=$(mktemp "$1.XXXXXX")
trap 'rm -f "$mended"' EXIT
awk '{ sub(/[[:space:]]+$/, ""); print }' "$1" > "$mended"
cat "$mended" > "$1"
