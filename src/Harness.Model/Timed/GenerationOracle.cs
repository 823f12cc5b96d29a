namespace Harness.Model;

/// <summary>A rule of the simulated kernel was broken: a CPU could have used a translation of a page that is gone.</summary>
public sealed class StaleTranslationException(string message) : Exception(message);

/// <summary>
/// The oracle of runs whose accesses are counted rather than made: no CPU may use a translation once the page's contents are being copied
/// or its frame has been given back. Generations stand for the TLB's contents: a CPU that has not flushed up to a page's unmapping may
/// still hold its translation.
/// </summary>
internal sealed class GenerationOracle(Shootdown shootdown)
{
    private long oldest;

    /// <summary>
    /// A page unmapped in that generation is copied and its frame given back: no CPU that runs the address space may be older.
    /// </summary>
    internal void Copies(long unmapped)
    {
        if (unmapped > oldest) oldest = unmapped;
        for (int cpu = 0; cpu < shootdown.Cpus; cpu++)
        {
            if (shootdown.InUse(cpu)) Check(cpu, "while it runs");
        }
    }

    /// <summary>A thread of the address space executes on this CPU: it must not be older than any page given back.</summary>
    internal void Uses(int cpu) => Check(cpu, "when it resumes");

    private void Check(int cpu, string when)
    {
        if (shootdown.FlushedTo(cpu) < oldest)
            throw new StaleTranslationException(
                $"CPU {cpu} has flushed up to generation {shootdown.FlushedTo(cpu)} {when}, "
                + $"but a page unmapped in generation {oldest} has been moved");
    }
}
