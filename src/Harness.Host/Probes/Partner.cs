using Harness.Interop;

namespace Harness.Host.Probes;

/// <summary>
/// A thread that does nothing but run on a CPU of its own, so that whoever flushes a translation of this process has to interrupt that CPU.
/// </summary>
internal sealed class Partner : IDisposable
{
    /// <summary>How long its end is waited for, so that it does not run on into somebody's window. Assumed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.2);

    private readonly Thread thread;
    private readonly int cpu;
    private long ticks;
    private long asked;
    private long answered;
    private long switches;
    private string? failure;
    private bool stop;

    /// <summary>Starts it.</summary>
    public Partner(int cpu)
    {
        this.cpu = cpu;
        thread = new Thread(Run) { IsBackground = true, Name = "probe partner" };
        thread.Start();
    }

    /// <summary>Waits until it has been seen running just now.</summary>
    /// <returns>False when the deadline came first.</returns>
    public bool WaitUntilItRuns(Deadline deadline)
    {
        long before = Volatile.Read(ref ticks);
        while (Volatile.Read(ref ticks) == before)
        {
            if (deadline.IsOver || Volatile.Read(ref failure) is not null) return false;
        }
        return true;
    }

    /// <summary>How often its CPU has been taken from it so far, by its own account; null when the deadline came first.</summary>
    public long? Switches(Deadline deadline)
    {
        long question = Volatile.Read(ref asked) + 1;
        Volatile.Write(ref asked, question);
        while (Volatile.Read(ref answered) != question)
        {
            if (deadline.IsOver || Volatile.Read(ref failure) is not null) return null;
        }
        return Volatile.Read(ref switches);
    }

    /// <summary>Why it never ran, or null.</summary>
    public string? Failure => Volatile.Read(ref failure);

    /// <summary>Ends it. One that gets no CPU ends when it gets one.</summary>
    public void Dispose()
    {
        Volatile.Write(ref stop, true);
        thread.Join(Patience);
    }

    private void Run()
    {
        try
        {
            Affinity.Set([cpu]);
            while (!Volatile.Read(ref stop))
            {
                Volatile.Write(ref ticks, ticks + 1);
                long question = Volatile.Read(ref asked);
                if (question == answered) continue;
                ResourceUse use = ResourceUse.OfThread();
                Volatile.Write(ref switches, use.VoluntarySwitches + use.InvoluntarySwitches);
                Volatile.Write(ref answered, question);
            }
        }
        catch (NativeException e)
        {
            Volatile.Write(ref failure, e.Message);
        }
    }
}
