using System.Diagnostics;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Timelines;

/// <summary>
/// Samples counters at whole intervals from a window's beginning to its end, and once more at its end. It has a thread of its own, with the
/// host's default policy and free to run on any CPU: pinned, it would share one CPU with whoever works there all the time; with a lower
/// priority it would miss its ticks just when the host is busy.
/// </summary>
internal sealed class TimelineSampler : IDisposable
{
    // Assumed: 8 MB of memory, at most 10 MB of the 16 MiB that a guest's channel takes. Eight counters at 100 Hz fill it in 18 minutes.
    private const int MostValues = 1_000_000;

    // The first times compile the code and fill the kernel's caches: not in the window.
    private const int Rehearsals = 3;

    private readonly TimeSpan interval;
    private readonly ITimelineSource[] sources;
    private readonly int columns;
    private readonly long[] when;
    private readonly double[] values;
    private readonly TickTimer timer = new();
    private readonly Lock gate = new();
    private readonly Thread thread;
    private State state = State.Waits;
    private long started;
    private int samples;
    private int due;
    private ResourceUse before;
    private ResourceUse used;

    /// <summary>Makes all room that is needed, and starts the thread.</summary>
    /// <param name="intervalSeconds">Seconds between two samples.</param>
    /// <param name="longestSeconds">The longest that the window can be.</param>
    /// <param name="sources">What is read; they become the sampler's.</param>
    public TimelineSampler(double intervalSeconds, double longestSeconds, IReadOnlyList<ITimelineSource> sources)
    {
        interval = TimeSpan.FromSeconds(intervalSeconds);
        this.sources = [.. sources];
        columns = sources.Sum(source => source.Series.Count);
        int rows = (int)Math.Min(longestSeconds / intervalSeconds + 2, MostValues / (columns + 1));
        when = new long[rows];
        values = new double[rows * columns];
        // Written to now, so that no page of them faults in the window.
        Array.Fill(when, -1);
        Array.Fill(values, double.NaN);
        using ManualResetEventSlim rehearsed = new();
        thread = new Thread(() => Run(rehearsed)) { IsBackground = true, Name = "timeline" };
        thread.Start();
        rehearsed.Wait();
    }

    private enum State
    {
        Waits,
        Samples,
        Ended,
    }

    /// <summary>CPU time and the rest that the sampler's thread used from <see cref="Start"/> to its last tick.</summary>
    public ResourceUse Used => used;

    /// <summary>Samples taken by ticks: each is one interrupt of the timer.</summary>
    public int Ticks => samples - 1;

    /// <summary>Function-call interrupts that reading the events of other CPUs took.</summary>
    public long Calls => (long)Ticks * sources.Sum(source => source.Calls);

    /// <summary>Takes the present counts of the files as zero. Does not allocate.</summary>
    public void Zero()
    {
        foreach (ITimelineSource source in sources) source.Zero();
    }

    /// <summary>The window begins: the first tick comes one interval from now. Does not allocate.</summary>
    public void Start()
    {
        lock (gate)
        {
            state = State.Samples;
            started = Stopwatch.GetTimestamp();
            timer.Start(interval);
        }
    }

    /// <summary>
    /// The window ends: takes the last sample on the calling thread. Does not allocate unless a tick falls on the same moment.
    /// </summary>
    public void Stop()
    {
        lock (gate)
        {
            state = State.Ended;
            due = (int)Math.Min(Stopwatch.GetElapsedTime(started) / interval, int.MaxValue);
            Sample();
        }
        timer.WakeAndStop();
    }

    /// <summary>What was sampled, after <see cref="Stop"/>.</summary>
    public Timeline Result() => new()
    {
        IntervalSeconds = interval.TotalSeconds,
        MissedTicks = Math.Max(0, due - Ticks),
        Seconds = [.. when.Take(samples).Select(at => Rounded(Stopwatch.GetElapsedTime(started, at).TotalSeconds))],
        Series = [.. SeriesInOrder()],
    };

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate) state = State.Ended;
        timer.WakeAndStop();
        thread.Join();
        timer.Dispose();
        foreach (ITimelineSource source in sources) source.Dispose();
    }

    private void Run(ManualResetEventSlim rehearsed)
    {
        for (int i = 0; i < Rehearsals; i++)
        {
            timer.WakeAndStop();
            timer.Wait();
            Zero();
            samples = 0;
            Sample();
            used = ResourceUse.OfThread().Since(before);
        }
        samples = 0;
        used = default;
        before = ResourceUse.OfThread();
        rehearsed.Set();
        while (true)
        {
            timer.Wait();
            lock (gate)
            {
                if (state == State.Ended) return;
                // The last row is the window's end.
                if (samples < when.Length - 1) Sample();
                used = ResourceUse.OfThread().Since(before);
            }
        }
    }

    private void Sample()
    {
        when[samples] = Stopwatch.GetTimestamp();
        Span<double> row = values.AsSpan(samples * columns, columns);
        foreach (ITimelineSource source in sources)
        {
            source.Read(row[..source.Series.Count]);
            row = row[source.Series.Count..];
        }
        samples++;
    }

    private IEnumerable<TimelineSeries> SeriesInOrder()
    {
        int column = 0;
        foreach (ITimelineSource source in sources)
        {
            for (int i = 0; i < source.Series.Count; i++, column++)
            {
                double[] totals = new double[samples];
                for (int row = 0; row < samples; row++) totals[row] = Rounded(values[row * columns + column]);
                (string counter, string unit) = source.Series[i];
                yield return totals.All(double.IsFinite)
                    ? new TimelineSeries(counter, unit, totals)
                    : new TimelineSeries(counter, unit, []) { Note = source.WhyNot(i) };
            }
        }
    }

    // To the microsecond, and scaled counts likewise: what is beyond says nothing and makes the record long.
    private static double Rounded(double value) => Math.Round(value, 6);
}
