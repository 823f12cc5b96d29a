using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Mono.Unix.Native;

namespace Harness.Interop;

/// <summary>An open perf event: alone, the leader of a group, or a member. Disposing closes it.</summary>
public sealed unsafe class PerfEvent : SafeHandleMinusOneIsInvalid
{
    private const string ReadHint = "a CPU that goes offline ends the events on it";

    private readonly string name;
    private readonly int cpu;

    private PerfEvent(int descriptor, string name, int cpu) : base(ownsHandle: true)
    {
        SetHandle(descriptor);
        this.name = name;
        this.cpu = cpu;
    }

    /// <summary>Opens an event; see perf_event_open(2).</summary>
    /// <param name="attr">What to count; its size is filled in here.</param>
    /// <param name="name">The event's name, for messages.</param>
    /// <param name="pid">Process; -1 counts all on the CPU, 0 this one.</param>
    /// <param name="cpu">CPU; -1 follows the process.</param>
    /// <param name="leader">Leader of the group to join; null leads a new one.</param>
    /// <exception cref="NativeException">The kernel refuses; the hint says what would help.</exception>
    public static PerfEvent Open(libc.perf_event_attr attr, string name, int pid, int cpu, PerfEvent? leader = null)
    {
        attr.size = libc.PERF_ATTR_SIZE_VER7;
        int group = leader is null ? -1 : (int)leader.handle;
        int descriptor = libc.perf_event_open(&attr, pid, cpu, group, (nuint)libc.PERF_FLAG_FD_CLOEXEC);
        GC.KeepAlive(leader);
        if (descriptor >= 0) return new PerfEvent(descriptor, name, cpu);
        int error = Marshal.GetLastPInvokeError();
        throw new NativeException(What("perf_event_open", name, cpu), error, PerfOpenHint.For(error, attr.type));
    }

    /// <summary>Lets a tracepoint event count only what a filter on its fields lets through, as <c>reason == 4</c>.</summary>
    /// <exception cref="NativeException">The tracepoint has no such field, or the expression is wrong.</exception>
    public void SetFilter(string filter)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(filter + '\0'))
        {
            if (libc.ioctl(this, libc.PERF_EVENT_IOC_SET_FILTER, text) < 0)
            {
                throw NativeException.Last(What($"PERF_EVENT_IOC_SET_FILTER '{filter}'", name, cpu),
                    "the tracepoint's 'format' file lists its fields");
            }
        }
    }

    /// <summary>Starts counting, the members of the group with it. Does not allocate.</summary>
    public void Enable() => Switch(libc.PERF_EVENT_IOC_ENABLE, "PERF_EVENT_IOC_ENABLE");

    /// <summary>Stops counting, the members of the group with it. Does not allocate.</summary>
    public void Disable() => Switch(libc.PERF_EVENT_IOC_DISABLE, "PERF_EVENT_IOC_DISABLE");

    /// <summary>Reads the group that this event leads, opened with <see cref="libc.HARNESS_GROUP_FORMAT"/>. Does not allocate.</summary>
    /// <exception cref="NativeException">ENODATA: the CPU left. EPROTO: the group has another number of events.</exception>
    public void Read(PerfGroupReading into)
    {
        fixed (ulong* words = into.Words)
        {
            if (libc.harness_perf_read_group(this, words, (ulong)into.Events) < 0)
                throw NativeException.Last(What("read", name, cpu), ReadHint);
        }
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle() => Syscall.close((int)handle) == 0;

    private void Switch(uint request, string call)
    {
        if (libc.ioctl(this, request, null) < 0) throw NativeException.Last(What(call, name, cpu));
    }

    private static string What(string call, string name, int cpu) => cpu < 0 ? $"{call}({name})" : $"{call}({name}, cpu {cpu})";
}
