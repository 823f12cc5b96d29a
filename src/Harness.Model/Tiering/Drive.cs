namespace Harness.Model;

/// <summary>The drive: each channel serves one piece after another at its share of the bandwidth.</summary>
internal sealed class Drive
{
    // A piece of 128 KiB lies on one channel. Assumed: a flash block's page on a few planes.
    private const int PieceBits = 5;

    private const int PageBytes = 4096;

    private readonly double nsPerPage;
    private readonly int latencyNs;
    private readonly Calendar[] channels;

    internal Drive(StateArrays state, Storage storage)
    {
        nsPerPage = PageBytes * 1e9 / storage.BytesPerSecond * storage.Channels;
        latencyNs = storage.LatencyNs;
        channels = [.. Enumerable.Range(0, storage.Channels).Select(_ => new Calendar(state))];
    }

    /// <summary>Submits a read of consecutive pages.</summary>
    /// <param name="now">When.</param>
    /// <param name="first">The first page.</param>
    /// <param name="end">The page after the last one.</param>
    /// <returns>When all are there.</returns>
    internal long Read(long now, int first, int end)
    {
        long ready = now;
        for (int page = first; page < end;)
        {
            int next = Math.Min((page >> PieceBits) + 1 << PieceBits, end);
            // which channel: any scattering will do, here that of Fibonacci hashing
            int channel = (int)((ulong)(uint)((page >> PieceBits) * 0x9E3779B9u) * (ulong)channels.Length >> 32);
            ready = Math.Max(ready, channels[channel].Reserve(now, (long)((next - page) * nsPerPage)));
            page = next;
        }
        return ready + latencyNs;
    }
}
