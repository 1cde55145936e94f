#!/usr/bin/env bash
# Takes the screenshots in docs/screenshots: trains experiments/ and their fixes into a temporary folder, and opens
# its pages in Chromium. Needs the tools of the browser test: chromium, node and npm.
# REPORT names an existing output folder of `sweep fix experiments/`.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=${NODE_PATH:-$PWD/target/tmp/browser/node_modules}
if [ ! -d "$modules/playwright-core" ]; then
    mkdir -p target/tmp/browser
    cp tests/browser/package.json tests/browser/package-lock.json target/tmp/browser/
    (cd target/tmp/browser && npm ci --no-audit --no-fund --ignore-scripts)
    modules=$PWD/target/tmp/browser/node_modules
fi
if [ -z "${REPORT:-}" ]; then
    REPORT=$(mktemp -d)
    trap 'rm -rf "$REPORT"' EXIT
    cargo run --locked --release -- fix experiments/ --out "$REPORT"
fi
NODE_PATH=$modules node tests/browser/screenshots.mjs "$REPORT" docs/screenshots
