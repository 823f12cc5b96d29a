#!/bin/busybox sh
# First process of the guest: file systems, modules, then the agent on the second serial port. Everything said here goes to the
# console log; the words after "harness-init:" are read by ConsoleLog.
say() { echo "harness-init: $*"; }
bb=/bin/busybox

$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/console 2>&1
say started
$bb mount -t debugfs debugfs /sys/kernel/debug
$bb mount -t tracefs tracefs /sys/kernel/tracing
$bb mount -t tmpfs tmpfs /tmp

while read -r module; do
	$bb insmod "/modules/$module" || { say "module $module does not load"; exec $bb poweroff -f; }
done </modules/order

# Slow memory that came as NVDIMMs: what ndctl and daxctl do, written by hand. Movable, so that all of it can be had by processes.
for region in /sys/bus/nd/devices/region*; do
	[ -e "$region/dax_seed" ] || continue
	echo online_movable >/sys/devices/system/memory/auto_online_blocks
	dax=$($bb cat "$region/dax_seed")
	seed=/sys/bus/nd/devices/$dax
	echo 2097152 >"$seed/align" && echo ram >"$seed/mode" && $bb cat /proc/sys/kernel/random/uuid >"$seed/uuid" &&
		$bb cat "$region/namespace_seed" >"$seed/namespace" &&
		echo "$dax" >/sys/bus/nd/drivers/dax_pmem/bind &&
		echo "$dax" >/sys/bus/dax/drivers/device_dax/unbind &&
		echo "$dax" >/sys/bus/dax/drivers/kmem/new_id || { say "module kmem does not bring $dax on line"; exec $bb poweroff -f; }
done

# Disks by their serial numbers: which is vda depends on which there are.
for disk in /sys/block/*/serial; do
	[ -e "$disk" ] && case $($bb cat "$disk") in harness-*) $bb ln -s "$(echo "$disk" | $bb cut -d/ -f4)" "/dev/$($bb cat "$disk")" ;; esac
done

# A disk is for /var/tmp, as on any host; libraries that came with it are where the workloads look for them.
if $bb grep -qw harness.disk /proc/cmdline; then
	$bb mkdir -p /var/tmp
	$bb mount -t ext4 /dev/harness-disk /var/tmp || { say "disk harness-disk does not mount at /var/tmp"; exec $bb poweroff -f; }
	for folder in /var/tmp/libraries/*; do
		[ -d "$folder" ] && $bb ln -s "$folder" /workloads/
	done
fi

# From here on the console carries what the kernel warns of; the boot itself is kept short.
$bb dmesg -n 5
$bb stty -F /dev/ttyS1 raw -echo
export LD_LIBRARY_PATH=/lib HARNESS_ROOT=/ HARNESS_HOME=/tmp/harness HARNESS_WORKLOADS=/workloads HOME=/tmp
/agent/harness-agent serve /dev/ttyS1
say "agent left with $?"
exec $bb poweroff -f
