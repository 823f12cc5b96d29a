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
echo 128 >"$instance/buffer_size_kb"
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

# Tracepoints have no count of their own.
while read -r event; do
	case "$event" in harness/*) ;; *) echo 'hist:keys=common_pid' >"$instance/events/$event/trigger" ;; esac
done </tmp/events
switch() { while read -r event; do echo "$1" >"$instance/events/$event/enable"; done </tmp/events; }
tell() {
	switch 0
	$bb grep -E ": ($2): " "$instance/trace" | $bb tail -n 3000 | $bb sed "s/^/probes: event $1 /" >/dev/console
	echo >"$instance/trace"
}

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
for _ in $($bb seq 100); do
	$bb grep -q '^AnonHugePages: *16384 ' /proc/$moved/smaps_rollup && break
	$bb sleep 0.2
done
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

# Files that do not fit are streamed. Kept are the first unmaps of reclaim and the frees from there on.
switch 1
for event in kmem/mm_page_free kmem/mm_page_alloc kmem/mm_page_pcpu_drain kmem/mm_page_alloc_zone_locked harness/ptep_clear_flush \
	harness/flush_tlb_mm_range harness/enter_lazy_tlb harness/switch_mm_irqs_off; do
	echo 0 >"$instance/events/$event/enable"
done
echo 0 >"$instance/options/overwrite"
echo 'enable_event:kmem:mm_page_free' >"$instance/events/harness/unmap_deferred/trigger"
/workloads/llama-stream --processes=2 --threads=2 --pages=50000 --layers=4 --tokens=1 --dir=/var/tmp >/dev/null
tell reclaim 'unmap_deferred|mm_page_free'
echo '!enable_event:kmem:mm_page_free' >"$instance/events/harness/unmap_deferred/trigger"

while read -r event hits misses; do say "hits $event $hits"; done <$tracing/kprobe_profile
while read -r event; do
	case "$event" in
	harness/*) ;;
	*) say "hits ${event#*/} $($bb awk '/^ *Hits: / { print $2 }' "$instance/events/$event/hist")" ;;
	esac
done </tmp/events

while read -r event; do
	case "$event" in harness/*) echo "-:$event" >>$tracing/kprobe_events ;; esac
done </tmp/events
$bb rmdir "$instance"
$bb cat $tracing/kprobe_events >/tmp/left
while read -r line; do say "left $line"; done </tmp/left
say "end $($bb cut -d' ' -f1 /proc/uptime)"
echo '{}'
