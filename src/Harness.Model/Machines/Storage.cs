namespace Harness.Model;

/// <summary>
/// The drive that files are read from: channels that each serve one read after another, as much in flight as is asked for.
/// </summary>
/// <param name="BytesPerSecond">Sequential read bandwidth of all channels.</param>
/// <param name="LatencyNs">From the submission of a read until its first byte, with nothing queued, in nanoseconds.</param>
/// <param name="Channels">
/// Channels; where a piece of a file lies is by chance, so that some queues are longer than others. 16: assumed, common for
/// data-centre drives.
/// </param>
public sealed record Storage(double BytesPerSecond, int LatencyNs, int Channels = 16)
{
    /// <summary>
    /// A data-centre drive on four PCIe 4.0 lanes. 6.9 GB/s: published (Samsung PM9A3, sequential reads). 80 us: assumed.
    /// </summary>
    public static Storage DataCentre { get; } = new(6.9e9, 80_000);
}
