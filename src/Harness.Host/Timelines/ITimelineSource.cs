namespace Harness.Host.Timelines;

/// <summary>
/// Counters that are read together, from one file or from the run's perf events. Between <see cref="Zero"/> and the last
/// <see cref="Read"/> nothing is allocated, except that a buffer grows with its file and that a failing read makes its message.
/// </summary>
internal interface ITimelineSource : IDisposable
{
    /// <summary>The counters with their units, in the order of <see cref="Read"/>.</summary>
    IReadOnlyList<(string Counter, string Unit)> Series { get; }

    /// <summary>CPUs that one reading interrupts by a function call; see <see cref="PerfSource"/>.</summary>
    int Calls { get; }

    /// <summary>Takes the present counts as the window's zero.</summary>
    void Zero();

    /// <summary>Reads each counter's total since the zero; NaN where there is none.</summary>
    /// <param name="totals">Takes them; as long as <see cref="Series"/>.</param>
    void Read(Span<double> totals);

    /// <summary>Why a counter has no total, as far as is known.</summary>
    string WhyNot(int series);
}
