#!/bin/busybox sh
# First process of a guest of VmKnobTests. Kills the agent with SIGKILL at the moments that /kills-GROUP lists ("KIND PERMILLE" of the life of
# such a process), lets the next start put things back, and compares the group's knob files with what they held at boot. One console line for
# each kill. The two groups of knobs have a journal each and are worked at side by side, since emulated processes start slowly.
bb=/bin/busybox
say() { echo "knobs: $*"; }

$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/console 2>&1
say started
$bb mount -t debugfs debugfs /sys/kernel/debug
$bb mount -t tmpfs tmpfs /tmp
$bb dmesg -n 1
export LD_LIBRARY_PATH=/lib HARNESS_ROOT=/ HARNESS_WORKLOADS=/workloads HOME=/tmp
export DOTNET_TieredCompilation=1 # starts sooner
agent=/agent/harness-agent
numa_files="/proc/sys/kernel/numa_balancing /proc/sys/kernel/numa_balancing_promote_rate_limit_MBps /sys/kernel/mm/numa/demotion_enabled
	$(echo /sys/kernel/debug/sched/numa_balancing/*)"
thp=/sys/kernel/mm/transparent_hugepage
thp_files="$thp/enabled $thp/defrag $thp/shmem_enabled $thp/khugepaged/defrag $(echo $thp/hugepages-*/enabled)"

clock() { read -r up rest </proc/uptime; echo "${up%.*}${up#*.}"; } # hundredths of a second
pause() { $bb sleep "$(($1 / 100)).$(($1 / 10 % 10))$(($1 % 10))"; }
values() { $bb cat $files; }
killed() { # what it did not live to do is nobody's concern here
	kill -9 $victim
	wait $victim 2>/dev/null
}

# What can be killed. A run gets its request through a pipe that this shell holds open: an end of it would end the run.
begin_run() {
	$bb rm -f $dir/in
	$bb mkfifo $dir/in
	exec 3<>$dir/in
	$bb cat /request-$group >&3
	$agent serve - <$dir/in >$dir/out 2>&1 3>&- &
	victim=$!
}
begin_set() {
	case $group$((n % 2)) in
	numa0) $agent knobs set numa_balancing 2 ;;
	numa1) $agent knobs set demotion_enabled true ;;
	thp0) $agent knobs set thp_enabled always ;;
	thp1) $agent knobs set thp_defrag never ;;
	esac >$dir/out 2>&1 &
	victim=$!
}
begin_restore() { # what a killed run has left is put back by a start that is killed too
	begin_run
	until [ "$(values)" != "$boot" ]; do pause 5; done
	killed
	$agent knobs list >$dir/out 2>&1 &
	victim=$!
}

work() {
	group=$1
	files=$2
	dir=/tmp/$group
	export HARNESS_HOME=$dir/home
	$bb mkdir $dir
	boot=$(values)

	# How long each lives, from its start to its answer; the run's second time, when its pages are in memory.
	n=0
	for time in 1 2; do
		from=$(clock)
		begin_run
		until $bb grep -q -E '^(record|failed) ' $dir/out; do pause 5; done
		run_life=$(($(clock) - from))
		$bb grep -q '^record ' $dir/out || say "trouble: $($bb tail -c 300 $dir/out)"
		killed
	done
	from=$(clock)
	begin_set
	wait $victim
	set_life=$(($(clock) - from))
	$agent knobs restore >$dir/out 2>&1
	from=$(clock)
	$agent knobs list >$dir/out 2>&1
	restore_life=$(($(clock) - from))
	say "lives of $group: run $run_life, set $set_life, restore $restore_life"
	[ "$(values)" = "$boot" ] || say "trouble: not as at boot before the first kill"

	while read -r kind share; do
		n=$((n + 1))
		case $kind in
		run) life=$run_life ;;
		set) life=$set_life ;;
		restore) life=$restore_life ;;
		esac
		begin_$kind
		pause $((life * share / 1000))
		killed
		changed=0
		[ "$(values)" = "$boot" ] || changed=1
		verb=list
		[ $kind = set ] && verb=restore
		$agent knobs $verb >$dir/said 2>&1
		code=$?
		right=0
		[ "$(values)" = "$boot" ] && right=1
		say "kill $n of $group, $kind at $share: changed $changed, told $($bb grep -c -E 'knob .*(restored|again)' $dir/said), code $code, right $right"
		[ $right = 1 ] || values
	done </kills-$group
}

say "$(echo $numa_files $thp_files | $bb wc -w) files"
work numa "$numa_files" &
work thp "$thp_files" &
wait
say done
exec $bb poweroff -f
