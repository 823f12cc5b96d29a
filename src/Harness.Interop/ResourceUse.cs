namespace Harness.Interop;

/// <summary>What this process or thread has used up to one moment. Taking it does not allocate.</summary>
/// <param name="Cpu">CPU time, user and kernel.</param>
/// <param name="VoluntarySwitches">Times it gave its CPU up to wait.</param>
/// <param name="InvoluntarySwitches">Times its CPU was taken from it.</param>
/// <param name="MinorFaults">Page faults served without I/O.</param>
/// <param name="MajorFaults">Page faults that waited for I/O.</param>
public readonly record struct ResourceUse(
    TimeSpan Cpu, long VoluntarySwitches, long InvoluntarySwitches, long MinorFaults, long MajorFaults)
{
    /// <summary>That of all threads of this process, those that have ended among them.</summary>
    /// <exception cref="NativeException">The kernel refuses.</exception>
    public static unsafe ResourceUse OfProcess()
    {
        libc.rusage use;
        if (libc.getrusage(libc.RUSAGE_SELF, &use) < 0) throw NativeException.Last("getrusage(RUSAGE_SELF)");
        return Of(use, Duration(use.ru_utime) + Duration(use.ru_stime));
    }

    /// <summary>That of the calling thread.</summary>
    /// <exception cref="NativeException">The kernel refuses.</exception>
    public static unsafe ResourceUse OfThread()
    {
        libc.rusage use;
        libc.timespec cpu;
        // The thread's clock: unlike getrusage it also counts what ran since the scheduler last looked.
        if (libc.getrusage(libc.RUSAGE_THREAD, &use) < 0) throw NativeException.Last("getrusage(RUSAGE_THREAD)");
        if (libc.clock_gettime(libc.CLOCK_THREAD_CPUTIME_ID, &cpu) < 0)
            throw NativeException.Last("clock_gettime(CLOCK_THREAD_CPUTIME_ID)");
        return Of(use, TimeSpan.FromTicks(cpu.tv_sec * TimeSpan.TicksPerSecond + cpu.tv_nsec / TimeSpan.NanosecondsPerTick));
    }

    /// <summary>What was used between an earlier moment and this one.</summary>
    public ResourceUse Since(ResourceUse earlier) => new(
        Cpu - earlier.Cpu,
        VoluntarySwitches - earlier.VoluntarySwitches,
        InvoluntarySwitches - earlier.InvoluntarySwitches,
        MinorFaults - earlier.MinorFaults,
        MajorFaults - earlier.MajorFaults);

    private static ResourceUse Of(libc.rusage use, TimeSpan cpu) =>
        new(cpu, use.ru_nvcsw, use.ru_nivcsw, use.ru_minflt, use.ru_majflt);

    private static TimeSpan Duration(libc.timeval time) =>
        TimeSpan.FromTicks(time.tv_sec * TimeSpan.TicksPerSecond + time.tv_usec * TimeSpan.TicksPerMicrosecond);
}
