namespace Harness.Model;

/// <summary>The drive: one read after another, at its bandwidth.</summary>
internal sealed class Drive(StateArrays state, Storage storage)
{
    private readonly double nsPerByte = 1e9 / storage.BytesPerSecond;
    private readonly Calendar calendar = new(state);

    /// <summary>Submits a read.</summary>
    /// <param name="now">When.</param>
    /// <param name="bytes">How much.</param>
    /// <returns>When it is there.</returns>
    internal long Read(long now, long bytes) => calendar.Reserve(now, (long)(bytes * nsPerByte)) + storage.LatencyNs;
}
