#!/bin/busybox sh
# First process of a guest of VmKnobTests that is reset again and again. The journal lies on a disk that outlives the guest. Says on the second
# serial port what the agent told about the boot before, and then each change it tries and each that was acknowledged.
bb=/bin/busybox

$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/console 2>&1
echo knobs: started
$bb mount -t debugfs debugfs /sys/kernel/debug
$bb mount -t tmpfs tmpfs /tmp
while read -r module; do $bb insmod "/modules/$module"; done </modules/order
$bb mkdir -p /disk
$bb mount -t ext4 /dev/vda /disk
$bb stty -F /dev/ttyS1 raw -echo
exec 4>/dev/ttyS1
say() { echo "$*" >&4; }
export LD_LIBRARY_PATH=/lib HARNESS_ROOT=/ HARNESS_HOME=/disk/harness HOME=/tmp
agent=/agent/harness-agent
say "values $($bb cat /proc/sys/kernel/numa_balancing /sys/kernel/mm/numa/demotion_enabled /sys/kernel/mm/transparent_hugepage/enabled \
	/sys/kernel/debug/sched/numa_balancing/scan_delay_ms | $bb tr '\n' ' ')"
$agent knobs restore >/tmp/said 2>&1
say "code $?"
while read -r line; do say "told $line"; done </tmp/said
say ready
while :; do
	while read -r name value; do
		say "try $name"
		if $agent knobs set "$name" "$value" >/tmp/said 2>&1; then say "set $name"; else say "trouble $($bb cat /tmp/said)"; fi
	done <<-END
		numa_balancing 2
		demotion_enabled true
		thp_enabled always
		scan_delay_ms 500
	END
	say undo
	if $agent knobs restore >/tmp/said 2>&1; then say undone; else say "trouble $($bb cat /tmp/said)"; fi
done
