#!/bin/sh
# Prints what is wrong with the texts of a directory as JSON; exit code 1 when something is.
set -eu
found=$(
  find "$1" -type f -name '*.txt' | sort | while IFS= read -r path; do
    awk -v path="$path" '
      /[ \t]+$/                 { printf "{\"path\":\"%s\",\"line\":%d,\"rule\":\"trailing_space\"}\n", path, NR }
      /^(<<<<<<<|=======|>>>>>>>)/ { printf "{\"path\":\"%s\",\"line\":%d,\"rule\":\"conflict_marker\"}\n", path, NR }
    ' "$path"
    if [ -s "$path" ] && [ -n "$(tail -c 1 "$path")" ]; then
      printf '{"path":"%s","line":%d,"rule":"missing_newline"}\n' "$path" "$(awk 'END { print NR }' "$path")"
    fi
  done
)
printf '[%s]\n' "$(printf '%s' "$found" | tr '\n' ',')"
[ -z "$found" ]
