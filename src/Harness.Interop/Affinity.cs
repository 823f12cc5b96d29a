namespace Harness.Interop;

/// <summary>Which CPUs a thread may run on.</summary>
public static unsafe class Affinity
{
    /// <summary>The CPU the calling thread runs on at this moment.</summary>
    public static int CurrentCpu => libc.sched_getcpu() is >= 0 and int cpu ? cpu : throw NativeException.Last("sched_getcpu()");

    /// <summary>The CPUs a thread may run on, ascending.</summary>
    /// <param name="thread">A thread's id; 0 is the calling thread.</param>
    /// <exception cref="NativeException">There is no such thread.</exception>
    public static int[] Get(int thread = 0)
    {
        ulong[] words = new ulong[IdMask.MaxIds / 64];
        fixed (ulong* mask = words)
        {
            if (libc.sched_getaffinity(thread, sizeof(ulong) * (nuint)words.Length, mask) < 0)
                throw NativeException.Last($"sched_getaffinity({thread})");
        }
        return IdMask.Ids(words);
    }

    /// <summary>Lets a thread run on these CPUs only.</summary>
    /// <param name="cpus">CPU ids; those that are offline are ignored by the kernel as long as one is online.</param>
    /// <param name="thread">A thread's id; 0 is the calling thread.</param>
    /// <exception cref="NativeException">There is no such thread, it is somebody else's, or none of the CPUs is online.</exception>
    public static void Set(ReadOnlySpan<int> cpus, int thread = 0)
    {
        ulong[] words = IdMask.Of(cpus);
        fixed (ulong* mask = words)
        {
            if (libc.sched_setaffinity(thread, sizeof(ulong) * (nuint)words.Length, mask) < 0)
            {
                throw NativeException.Last($"sched_setaffinity({thread}, cpus {string.Join(',', cpus.ToArray())})",
                    "at least one of the CPUs must be online and allowed by the cpuset");
            }
        }
    }
}
