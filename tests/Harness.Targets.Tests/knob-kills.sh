#!/bin/busybox sh
# First process of a guest of VmKnobTests. Kills the agent with SIGKILL at the moments that /kills lists ("KIND PERMILLE" of the life of such
# a process), lets the next start put things back, and compares every knob file with what it held at boot. One console line for each kill.
# /sets has two settings for 'knobs set'; /request is a run with knobs, /recorded one that is recorded.
bb=/bin/busybox
say() { echo "knobs: $*"; }

$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/console 2>&1
say started
$bb mount -t debugfs debugfs /sys/kernel/debug
$bb mount -t tracefs tracefs /sys/kernel/tracing
$bb mount -t tmpfs tmpfs /tmp
$bb dmesg -n 1
export LD_LIBRARY_PATH=/lib HARNESS_ROOT=/ HARNESS_HOME=/tmp/harness HARNESS_WORKLOADS=/workloads HOME=/tmp
export DOTNET_TieredCompilation=1 # starts sooner
agent=/agent/harness-agent
thp=/sys/kernel/mm/transparent_hugepage
files="/proc/sys/kernel/numa_balancing /proc/sys/kernel/numa_balancing_promote_rate_limit_MBps /sys/kernel/mm/numa/demotion_enabled
	$(echo /sys/kernel/debug/sched/numa_balancing/*) $thp/enabled $thp/defrag $thp/shmem_enabled $thp/khugepaged/defrag $(echo $thp/hugepages-*/enabled)"

clock() { read -r up rest </proc/uptime; echo "${up%.*}${up#*.}"; } # hundredths of a second
pause() { $bb sleep "$(($1 / 100)).$(($1 / 10 % 10))$(($1 % 10))"; }
values() { $bb cat $files /sys/kernel/tracing/kprobe_events; $bb ls /sys/kernel/tracing/instances; }
killed() {
	kill -9 $victim
	wait $victim 2>/dev/null
}

# What can be killed. A run gets its request through a pipe that this shell holds open: an end of it would end the run.
begin_run() {
	$bb rm -f /tmp/in
	$bb mkfifo /tmp/in
	exec 3<>/tmp/in
	$bb cat ${1:-/request} >&3
	$agent serve - </tmp/in >/tmp/out 2>&1 3>&- &
	victim=$!
}
begin_set() { # one setting after the other
	$agent knobs set $($bb sed -n "$((n % 2 + 1))p" /sets) >/tmp/out 2>&1 &
	victim=$!
}
begin_changed() { # a run that has begun to set its knobs
	begin_run
	until [ "$(values)" != "$boot" ] || $bb grep -q '^failed ' /tmp/out; do pause 2; done
}
begin_recording() { # a run whose tracing instance is there, and perhaps some of its probes or events
	begin_run /recorded
	until [ -e /sys/kernel/tracing/instances/harness ] || $bb grep -q '^failed ' /tmp/out; do pause 2; done
}
begin_restore() { # what a killed run has left is put back by a start that is killed too
	begin_changed
	killed
	$agent knobs list >/tmp/out 2>&1 &
	victim=$!
}

say "$(echo $files | $bb wc -w) files"
boot=$(values)

# How long each lives, from its start to its answer, once its pages are in memory.
n=0
$agent knobs list >/tmp/out 2>&1
from=$(clock)
begin_run
until $bb grep -q -E '^(record|failed) ' /tmp/out; do pause 5; done
run_life=$(($(clock) - from))
$bb grep -q '^record ' /tmp/out || say "trouble: $($bb tail -c 300 /tmp/out)"
killed
from=$(clock)
begin_set
wait $victim
set_life=$(($(clock) - from))
$agent knobs restore >/tmp/out 2>&1
from=$(clock)
$agent knobs list >/tmp/out 2>&1
restore_life=$(($(clock) - from))
say "lives: run $run_life, set $set_life, restore $restore_life"
[ "$(values)" = "$boot" ] || say "trouble: not as at boot before the first kill"

while read -r kind share; do
	n=$((n + 1))
	case $kind in
	run) life=$run_life ;;
	recording) life=150 ;; # the set-up, the half second of the command, the removal
	changed) life=100 ;; # the rest of the sets, the half second that the run's command takes, the restores
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
	$agent knobs $verb >/tmp/said 2>&1
	code=$?
	right=0
	[ "$(values)" = "$boot" ] && right=1
	say "kill $n, $kind at $share: changed $changed, told $($bb grep -c -E 'knob .*(restored|again)' /tmp/said), code $code, right $right"
	[ $right = 1 ] || values
done </kills
say done
exec $bb poweroff -f
