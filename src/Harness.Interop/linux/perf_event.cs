using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// linux/perf_event.h; the call itself is perf_event_open(2).
public static unsafe partial class libc
{
    /// <summary>Events the kernel counts in software.</summary>
    public const uint PERF_TYPE_SOFTWARE = 1;

    /// <summary>Generic events of the processor's PMU.</summary>
    public const uint PERF_TYPE_HARDWARE = 0;

    /// <summary>Tracepoints; the config is the id that tracefs gives.</summary>
    public const uint PERF_TYPE_TRACEPOINT = 2;

    /// <summary>Cache and TLB events; the config is <c>cache | operation &lt;&lt; 8 | result &lt;&lt; 16</c>.</summary>
    public const uint PERF_TYPE_HW_CACHE = 3;

    /// <summary>Cycles.</summary>
    public const ulong PERF_COUNT_HW_CPU_CYCLES = 0;

    /// <summary>Retired instructions.</summary>
    public const ulong PERF_COUNT_HW_INSTRUCTIONS = 1;

    /// <summary>The data TLB, as a cache.</summary>
    public const ulong PERF_COUNT_HW_CACHE_DTLB = 3;

    /// <summary>The instruction TLB, as a cache.</summary>
    public const ulong PERF_COUNT_HW_CACHE_ITLB = 4;

    /// <summary>Reads of a cache.</summary>
    public const ulong PERF_COUNT_HW_CACHE_OP_READ = 0;

    /// <summary>Writes to a cache.</summary>
    public const ulong PERF_COUNT_HW_CACHE_OP_WRITE = 1;

    /// <summary>All accesses, hits and misses.</summary>
    public const ulong PERF_COUNT_HW_CACHE_RESULT_ACCESS = 0;

    /// <summary>Misses.</summary>
    public const ulong PERF_COUNT_HW_CACHE_RESULT_MISS = 1;

    /// <summary>Page faults, minor and major.</summary>
    public const ulong PERF_COUNT_SW_PAGE_FAULTS = 2;

    /// <summary>Context switches.</summary>
    public const ulong PERF_COUNT_SW_CONTEXT_SWITCHES = 3;

    /// <summary>Moves of a task to another CPU.</summary>
    public const ulong PERF_COUNT_SW_CPU_MIGRATIONS = 4;

    /// <summary>Faults served without I/O.</summary>
    public const ulong PERF_COUNT_SW_PAGE_FAULTS_MIN = 5;

    /// <summary>Faults that waited for I/O.</summary>
    public const ulong PERF_COUNT_SW_PAGE_FAULTS_MAJ = 6;

    /// <summary>A sample carries process and thread id.</summary>
    public const ulong PERF_SAMPLE_TID = 1 << 1;

    /// <summary>A sample carries the address the event is about.</summary>
    public const ulong PERF_SAMPLE_ADDR = 1 << 3;

    /// <summary>A reading carries the time the event was enabled.</summary>
    public const ulong PERF_FORMAT_TOTAL_TIME_ENABLED = 1 << 0;

    /// <summary>A reading carries the time the event really counted.</summary>
    public const ulong PERF_FORMAT_TOTAL_TIME_RUNNING = 1 << 1;

    /// <summary>A reading of the leader carries the whole group.</summary>
    public const ulong PERF_FORMAT_GROUP = 1 << 3;

    /// <summary>The new descriptor is closed on exec.</summary>
    public const ulong PERF_FLAG_FD_CLOEXEC = 1 << 3;

    /// <summary>ioctl: starts counting.</summary>
    public const uint PERF_EVENT_IOC_ENABLE = 0x2400;

    /// <summary>ioctl: stops counting.</summary>
    public const uint PERF_EVENT_IOC_DISABLE = 0x2401;

    /// <summary>ioctl: sets a tracepoint's filter, a C string. The number contains the size of a pointer: 64-bit only.</summary>
    public const uint PERF_EVENT_IOC_SET_FILTER = 0x40082406;

    /// <summary>A record in the ring: one sample.</summary>
    public const uint PERF_RECORD_SAMPLE = 9;

    /// <summary>Size of <see cref="perf_event_attr"/> since Linux 5.13; older kernels take it while the newer fields are zero.</summary>
    public const uint PERF_ATTR_SIZE_VER7 = 128;

    /// <summary>What an event is. Of each C union the member that fits most uses names the field.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct perf_event_attr
    {
        /// <summary>Bit of <see cref="flags"/>: starts disabled.</summary>
        public const ulong disabled = 1UL << 0;

        /// <summary>Bit of <see cref="flags"/>: does not count in the kernel.</summary>
        public const ulong exclude_kernel = 1UL << 5;

        /// <summary>Bit of <see cref="flags"/>: does not count in the hypervisor.</summary>
        public const ulong exclude_hv = 1UL << 6;

        /// <summary>One of <c>PERF_TYPE_*</c>.</summary>
        public uint type;

        /// <summary>Size of this struct in bytes.</summary>
        public uint size;

        /// <summary>Which event of its type.</summary>
        public ulong config;

        /// <summary>A sample each this many events; 0 only counts.</summary>
        public ulong sample_period;

        /// <summary><c>PERF_SAMPLE_*</c>.</summary>
        public ulong sample_type;

        /// <summary><c>PERF_FORMAT_*</c>.</summary>
        public ulong read_format;

        /// <summary>The C bit-field, as one word.</summary>
        public ulong flags;

        /// <summary>Wake a waiting reader each this many samples.</summary>
        public uint wakeup_events;

        /// <summary>Breakpoints only.</summary>
        public uint bp_type;

        /// <summary>Extension of <see cref="config"/>.</summary>
        public ulong config1;

        /// <summary>Extension of <see cref="config1"/>.</summary>
        public ulong config2;

        /// <summary>Branch sampling only.</summary>
        public ulong branch_sample_type;

        /// <summary>Registers of user space to sample.</summary>
        public ulong sample_regs_user;

        /// <summary>Bytes of the user stack to sample.</summary>
        public uint sample_stack_user;

        /// <summary>Clock of the samples.</summary>
        public int clockid;

        /// <summary>Registers at the interrupt to sample.</summary>
        public ulong sample_regs_intr;

        /// <summary>AUX area only.</summary>
        public uint aux_watermark;

        /// <summary>Most frames of a call chain.</summary>
        public ushort sample_max_stack;

        /// <summary>Zero.</summary>
        public ushort __reserved_2;

        /// <summary>AUX area only.</summary>
        public uint aux_sample_size;

        /// <summary>Zero.</summary>
        public uint __reserved_3;

        /// <summary>Data handed to the signal handler.</summary>
        public ulong sig_data;
    }

    /// <summary>What each record in a ring begins with.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct perf_event_header
    {
        /// <summary>One of <c>PERF_RECORD_*</c>.</summary>
        public uint type;

        /// <summary>More about the record, by type.</summary>
        public ushort misc;

        /// <summary>Bytes of the record, this header included.</summary>
        public ushort size;
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, EntryPoint = "harness_perf_event_open", SetLastError = true)]
    internal static partial int perf_event_open(perf_event_attr* attr, int pid, int cpu, int group_fd, nuint flags);
}
