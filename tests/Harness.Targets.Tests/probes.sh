# Makes the probes that the agent chose, as a recorder would, lets reclaim and migration hit them, and says on the console how often each was
# hit and what its last events were. The variables of the first line are filled in by VmProbeSetTests.
say() { echo "probes: $*" >/dev/console; }
bb=busybox
tracing=/sys/kernel/tracing
instance=$tracing/instances/harness

LD_LIBRARY_PATH=/lib /agent/harness-agent probes >/tmp/probes || exit 9
while read -r line; do say "$line"; done </tmp/probes
$bb mkdir "$instance"
echo 4096 >"$instance/buffer_size_kb"

while read -r what kind source rest; do
	case "$what $source" in
	"probe p:"*)
		echo "$source $rest" >>$tracing/kprobe_events || say "refused $source"
		event=${source#p:}
		;;
	"probe "*) event=$(echo "$source" | $bb tr : /) ;;
	filter*) echo "$source $rest" >"$instance/events/$kind/filter" || say "filter refused $kind" ; continue ;;
	*) continue ;;
	esac
	echo "$event" >>/tmp/events
done </tmp/probes

record() {
	while read -r event; do echo 1 >"$instance/events/$event/enable"; done </tmp/events
	"$@" >/tmp/output 2>&1 || say "failed $(cat /tmp/output)"
	while read -r event; do echo 0 >"$instance/events/$event/enable"; done </tmp/events
}
tell() {
	$bb awk 'match($0, /: [a-z_0-9]+: /) { hits[substr($0, RSTART + 2, RLENGTH - 4)]++ } END { for (name in hits) print "probes: hits '"$1"'", name, hits[name] }' "$instance/trace" >/dev/console
	$bb grep -E ": ($2): " "$instance/trace" | $bb tail -n 400 | $bb sed "s/^/probes: event $1 /" >/dev/console
	echo >"$instance/trace"
}

echo 3 >/proc/sys/vm/drop_caches
record /workloads/llama-stream --processes=2 --threads=2 --pages=65536 --layers=4 --tokens=1 --dir=/var/tmp
tell reclaim 'unmap_deferred|mm_page_free'
record /workloads/migrate-pingpong --pages=2048 --rounds=2 --threads=1 --from=0 --to=1
tell migrate 'unmap_deferred|ptep_clear_flush|set_migration_pte'

while read -r event; do
	case "$event" in harness/*) echo "-:$event" >>$tracing/kprobe_events ;; esac
done </tmp/events
$bb cat $tracing/kprobe_profile | while read -r line; do say "left $line"; done
$bb rmdir "$instance"
echo '{}'
