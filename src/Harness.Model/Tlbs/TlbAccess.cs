namespace Harness.Model;

/// <summary>Why a translation is asked for; the order is that of the rows of the tallies.</summary>
internal enum TlbAccess
{
    /// <summary>A load, answered by the data side.</summary>
    Load,

    /// <summary>A store, answered by the data side.</summary>
    Store,

    /// <summary>An instruction fetch, answered by the instruction side.</summary>
    Fetch,
}
