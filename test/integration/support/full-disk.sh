# In a mount namespace of its own, so that nothing stays mounted. $1: mount point, $2: node, $3: the appender.
set -eu
mount -t tmpfs -o size=6m holdfast-test "$1"
journal="$1/watchdog.journal"
fill() { dd if=/dev/zero bs=4k >> "$1/filler" 2>/dev/null || true; }
report() { echo "$1 $(grep -c '^[0-9]' "$2" || true) $(tail -n 1 "$2")"; }

# One process: the disk fills up while it runs, and somebody else takes every byte that is given back.
mkfifo "$1.go"
"$2" "$3" "$journal" Infinity 20 < "$1.go" > "$1.running" &
appender=$!
exec 3> "$1.go"
until [ "$(tail -n 1 "$1.running")" = 20 ]; do sleep 0.05; done
fill "$1"
(while kill -0 $appender 2>/dev/null; do fill "$1"; done) &
echo go >&3
wait $appender
wait
report running "$1.running"

# Another day: it was killed, the disk is full, and it has to be started again.
rm "$1/filler"
"$2" "$3" "$journal" 50 > "$1.roomy"
report roomy "$1.roomy"
fill "$1"
"$2" "$3" "$journal" 100 > "$1.started"
report started "$1.started"

# And once more, when the reserve and the room inside are used up as well: nothing is left to give back.
fill "$1"
"$2" "$3" "$journal" Infinity > "$1.spent" || true
fill "$1"
"$2" "$3" "$journal" Infinity > "$1.again" || true
report again "$1.again"
"$2" "$4" "$journal" > "$1.read" || true
report read "$1.read"

# Room again: everything that was acknowledged is still there.
rm "$1/filler"
"$2" "$4" "$journal" > "$1.mended"
report mended "$1.mended"
