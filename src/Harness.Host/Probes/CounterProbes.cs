using Harness.Host.Runs;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Probes;

/// <summary>
/// Works of known cost, done to see what this host's counters make of them: page faults, TLB misses, TLB shootdowns. They use some memory
/// and two CPUs for a moment and change nothing.
/// </summary>
public static class CounterProbes
{
    /// <summary>
    /// Tries of one work. What others do in the meantime only ever adds, so a counter is judged by the try in which it moved least.
    /// Assumed.
    /// </summary>
    private const int Tries = 3;

    /// <summary>Tries that the host has spoilt before a work is given up. Assumed.</summary>
    private const int SpoiltTries = 2;

    /// <summary>After so many seconds one good try of a work is enough: an emulated guest on a busy host. Assumed.</summary>
    private const double EnoughSeconds = 0.3;

    /// <summary>
    /// All works together take milliseconds on hardware and most of a second in an emulated guest; after this the host is too busy for
    /// them. Assumed.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly Lock Once = new();
    private static IReadOnlyList<CounterProbe>? ofThisProcess;

    /// <summary>What the counters made of it, the first time this process asks; later the same again.</summary>
    public static IReadOnlyList<CounterProbe> OfThisProcess(HostDescription host)
    {
        lock (Once) return ofThisProcess ??= Run(host.Cpus);
    }

    /// <summary>Does the works now.</summary>
    /// <param name="cpus">Online CPU ids, ascending.</param>
    public static IReadOnlyList<CounterProbe> Run(IReadOnlyList<int> cpus) =>
        Run(cpus, static (events, cpus) => new HostWindow(events, cpus));

    /// <summary>Does the works now, seen through other readers.</summary>
    internal static IReadOnlyList<CounterProbe> Run(IReadOnlyList<int> cpus, Func<IReadOnlyList<string>, IReadOnlyList<int>, IWindow> open)
    {
        int[] allowed = [.. Affinity.Get().Intersect(cpus)];
        if (allowed.Length == 0) allowed = [cpus[0]];
        IKnownWork[] works =
            [new FaultWork(allowed[0]), new ChaseWork(allowed[0]), new ShootdownWork(allowed[0], allowed.Length > 1 ? allowed[^1] : null)];
        Task<CounterProbe[]> all = Task.Factory.StartNew(
            () =>
            {
                Affinity.Set([allowed[0]]);
                return works.SelectMany(work => Probe(work, cpus, open)).ToArray();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.WaitAny([all], Patience) >= 0
            ? all.GetAwaiter().GetResult()
            : [.. works.SelectMany(work =>
                Untried(work, $"not over within {Patience.TotalSeconds} s: CPU {allowed[0]} hardly runs this process"))];
    }

    private static CounterProbe[] Probe(
        IKnownWork work, IReadOnlyList<int> cpus, Func<IReadOnlyList<string>, IReadOnlyList<int>, IWindow> open)
    {
        using (work)
        {
            try
            {
                using IWindow window = open(work.Events, cpus);
                // an empty window shows which counters there are; for none of them nothing has to be done
                window.Begin();
                window.End();
                IReadOnlyList<Counter> idle = window.Counters();
                if (work.WhyNot is { } why) return Untried(work, why);
                return work.Claims.Any(claim => claim.Seen(idle, cpus, out _) is not null)
                    ? Judge(work, cpus, Try(work, window, out string? spoilt), spoilt)
                    : Judge(work, cpus, [idle], null);
            }
            catch (Exception e) when (e is NativeException or HarnessException or IOException)
            {
                return Untried(work, e.Message);
            }
        }
    }

    private static List<IReadOnlyList<Counter>> Try(IKnownWork work, IWindow window, out string? spoilt)
    {
        List<IReadOnlyList<Counter>> tries = [];
        spoilt = null;
        Deadline enough = Deadline.In(EnoughSeconds);
        for (int lost = 0; tries.Count < Tries && lost < SpoiltTries && (tries.Count == 0 || !enough.IsOver);)
        {
            work.Prepare();
            window.Begin();
            string? why = work.Perform();
            window.End();
            if (why is null)
            {
                tries.Add(window.Counters());
            }
            else
            {
                spoilt = why;
                lost++;
            }
        }
        return tries;
    }

    private static CounterProbe[] Judge(IKnownWork work, IReadOnlyList<int> cpus, List<IReadOnlyList<Counter>> tries, string? spoilt)
    {
        if (tries.Count == 0) return Untried(work, spoilt!);
        List<CounterProbe> probes = [];
        foreach (Claim claim in work.Claims)
        {
            double least = double.PositiveInfinity;
            string? why = null;
            foreach (IReadOnlyList<Counter> counters in tries)
            {
                if (claim.Seen(counters, cpus, out string? unseen) is { } seen) least = Math.Min(least, seen);
                else why = unseen;
            }
            probes.Add(claim.Probe(work.Words, why is null ? least : null, why));
        }
        return [.. probes];
    }

    private static CounterProbe[] Untried(IKnownWork work, string why) =>
        [.. work.Claims.Select(claim => claim.Probe(work.Words, null, why))];
}
