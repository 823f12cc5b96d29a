# Makes the probes that the agent chose, as a recorder does, lets reclaim and migration hit them, and says on the console how often each was
# hit and what some of the events were. Run in a guest by VmProbeSetTests.
say() { echo "probes: $*" >/dev/console; }
bb=busybox
tracing=/sys/kernel/tracing
instance=$tracing/instances/harness
export LD_LIBRARY_PATH=/lib

/agent/harness-agent probes >/tmp/probes || exit 9
while read -r line; do say "$line"; done </tmp/probes
$bb mkdir "$instance"
echo 512 >"$instance/buffer_size_kb"
while read -r what kind source rest; do
	case "$what $source" in
	"probe p:"*)
		echo "$source $rest" >>$tracing/kprobe_events || say "refused $source"
		echo "${source#p:}" >>/tmp/events
		;;
	"probe "*) echo "$source" | $bb tr : / >>/tmp/events ;;
	filter*) echo "$source $rest" >"$instance/events/$kind/filter" || say "refused $source" ;;
	esac
done </tmp/probes

switch() { while read -r event; do echo "$1" >"$instance/events/$event/enable"; done </tmp/events; }
stolen() { $bb awk '/^pgsteal_(kswapd|direct) / { pages += $2 } END { print pages + 0 }' /proc/vmstat; }
tell() {
	switch 0
	$bb awk -v phase="$1" 'match($0, /: [a-z_0-9]+: /) { hits[substr($0, RSTART + 2, RLENGTH - 4)]++ }
		END { for (name in hits) print "probes: hits", phase, name, hits[name] }' "$instance/trace" >/dev/console
	$bb grep -E ": ($2): " "$instance/trace" | $bb tail -n 300 | $bb sed "s/^/probes: event $1 /" >/dev/console
	echo >"$instance/trace"
}

# await COMMAND: waits for it to come true, a minute at most.
await() {
	for _ in $($bb seq 300); do
		"$@" && return
		$bb sleep 0.2
	done
	say "waited in vain for $*"
}
huge() { $bb grep -q '^AnonHugePages: *16384 ' "/proc/$moved/smaps_rollup"; }
reclaimed() { [ "$(stolen)" -ge $((before + $1)) ]; }

# Huge pages are moved by their control group.
cgroups=/tmp/cgroups
$bb mkdir $cgroups
$bb mount -t cgroup2 cgroup2 $cgroups
echo +cpuset >$cgroups/cgroup.subtree_control
$bb mkdir $cgroups/moved
echo 0 >$cgroups/moved/cpuset.mems
echo madvise >/sys/kernel/mm/transparent_hugepage/enabled # off where memory is small
/workloads/pmbench-like --pages=4096 --threads=1 --touches=1000000000 --huge=advise >/dev/null 2>&1 &
moved=$!
echo $moved >$cgroups/moved/cgroup.procs
await huge
switch 1
echo 1 >$cgroups/moved/cpuset.mems
$bb sleep 0.5
tell huge 'try_to_migrate|mm_page_free'
$bb kill $moved
wait $moved

# Single pages by a system call.
switch 1
/workloads/migrate-pingpong --pages=512 --rounds=2 --threads=1 --from=0 --to=1 >/dev/null
tell migrate 'unmap_deferred|ptep_clear_flush|set_migration_pte'

# Files that do not fit are read over and over; the reclaim in the middle of that is recorded.
/workloads/llama-stream --processes=2 --threads=2 --pages=50000 --layers=4 --tokens=1000 --dir=/var/tmp >/dev/null 2>&1 &
stream=$!
before=$(stolen)
await reclaimed 60000 # writing the files takes less
switch 1
before=$(stolen)
await reclaimed 4000
tell reclaim 'unmap_deferred|mm_page_free'
$bb kill $stream
wait $stream

while read -r event; do
	case "$event" in harness/*) echo "-:$event" >>$tracing/kprobe_events ;; esac
done </tmp/events
$bb rmdir "$instance"
$bb cat $tracing/kprobe_events >/tmp/left
while read -r line; do say "left $line"; done </tmp/left
say "end $($bb cut -d' ' -f1 /proc/uptime)"
echo '{}'
