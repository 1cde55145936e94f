#!/usr/bin/env bash
# What `sweep` says and keeps on disks that can't be written. Needs root and a mount namespace of its own:
#     unshare --mount tests/disks.sh target/debug/sweep
set -euo pipefail

sweep=$(realpath "$1")
place=$(mktemp -d)
cd "$place"
mkdir small
# Mounts end with the namespace; this takes the rest away.
trap 'chattr -i -R "$place" 2>/dev/null || true; umount "$place"/* 2>/dev/null || true; rm -rf "$place"' EXIT

cat > roll.toml <<'TOML'
seeds = 2
[data]
source = "none"
[base]
model = "double-well"
init = { constant = 2.0 }
optimizer = "sgd"
steps = 50
[grid]
lr = { log = [1e-4, 1e-2], n = 200 }
TOML

failed=0
# check NAME CODE PATTERN: what the last call has left in $code and in `said`.
check() {
    if [ "$code" = "$2" ] && grep -q "$3" said; then
        printf 'ok      %s\n' "$1"
    else
        printf 'FAILED  %s: exit code %s\n' "$1" "$code"
        sed 's/^/        /' said
        failed=1
    fi
}
run() { code=0; "$sweep" roll.toml "$@" >out 2>said || code=$?; }
few() { run --set lr=0.001 "$@"; }
trained() { if grep -q 'trained' said; then printf 'FAILED  it was trained\n'; failed=1; fi; }

# A whole report, to be made unwritable.
few --out whole
check 'an ordinary disk' 0 '2 runs trained'

cp -a whole bound
mount --bind bound bound
mount -o remount,ro,bind bound
run --out bound; check 'a read-only mount with a store' 3 'read-only\|Read-only'; trained
umount bound

mkdir bare
mount -t tmpfs -o ro none bare
run --out bare; check 'a read-only mount without a store' 3 'read-only\|Read-only'; trained
umount bare

if chattr +i roll.toml 2>/dev/null; then
    chattr -i roll.toml
    cp -a whole immutable
    chattr +i immutable/sweep.db
    run --out immutable; check 'an immutable store' 3 'writ'; trained
    chattr -i immutable/sweep.db
    chattr +i immutable
    run --out immutable; check 'an immutable folder' 3 'writ'; trained
    chattr -i immutable
else
    printf 'FAILED  chattr does not work here\n'
    failed=1
fi

# Full before anything is trained, with a store and without.
mount -t tmpfs -o size=8m none small
cp -a whole/sweep.db small/
dd if=/dev/zero of=small/filler bs=64k 2>/dev/null || true
run --out small; check 'a full disk with a store' 3 'disk is full'; trained
rm small/sweep.db*
dd if=/dev/zero of=small/filler2 bs=1k 2>/dev/null || true
run --out small; check 'a full disk without a store' 3 'disk is full'; trained
umount small

# Full while runs are trained: what was stored is there, and the next call goes on.
mount -t tmpfs -o size=2m none small
run --out small; check 'a disk that fills up' 3 'not stored'
mount -o remount,size=64m small
run --out small; check 'the same with room' 0 'from the store'
kept=$(sed -n 's/.* \([0-9]*\) from the store.*/\1/p' said)
if [ "${kept:-0}" -lt 10 ]; then printf 'FAILED  only %s runs were kept\n' "${kept:-0}"; failed=1; fi
run --out small; check 'and once more' 0 'all in the store'
umount small

# Held by another process for longer than a store waits.
python3 - whole/sweep.db <<'PY' &
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
time.sleep(50)
PY
holder=$!
sleep 2
run --out whole; check 'a locked store' 3 'another process holds it'; trained
kill "$holder"

exit "$failed"
