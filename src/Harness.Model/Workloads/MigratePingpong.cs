namespace Harness.Model;

/// <summary>Where the workload's threads run.</summary>
public enum Binding
{
    /// <summary>The scheduler decides.</summary>
    None,

    /// <summary>The main thread on CPU 0, touching thread t (from 0) on CPU (t + 1) mod CPUs.</summary>
    Spread,
}

/// <summary>
/// The workload <c>migrate-pingpong</c>: threads touch anonymous 4 KiB pages in the order of <see cref="TouchOrder"/> while the main thread
/// moves all of them between two nodes, one migrate_pages(2) call a round. The window is the rounds; the touching threads run before it
/// begins.
/// </summary>
public sealed record MigratePingpong
{
    /// <summary>Touched pages.</summary>
    public required int Pages { get; init; }

    /// <summary>Calls of migrate_pages(2).</summary>
    public required int Rounds { get; init; }

    /// <summary>Touching threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Seed of the touched order.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Placement of the threads.</summary>
    public Binding Bind { get; init; } = Binding.Spread;

    /// <summary>Node the pages are on when the window begins.</summary>
    public int From { get; init; }

    /// <summary>Node of the first move; later rounds alternate.</summary>
    public int To { get; init; } = 1;
}
