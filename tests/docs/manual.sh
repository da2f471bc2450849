#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# manual.sh SOURCE: the manual's source has lines of 120 letters at most, and nothing that a formatter warns of.
set -eu

manual=$1/docs/pinhole.1
long=$(awk 'length > 120 { print FILENAME ":" FNR ": " length " letters, 120 at most" }' "$manual")
warnings=
if command -v groff > /dev/null; then
  warnings=$(groff -man -Tutf8 -ww -z "$manual" 2>&1) || warnings="$warnings: groff failed"
else
  echo "no groff here: only the lines' length was looked at"
fi
printf '%s%s' "$long" "$warnings"
[ -z "$long$warnings" ]
