namespace Harness.Model;

/// <summary>The drive that files are read from: one queue, as much in flight as is asked for.</summary>
/// <param name="BytesPerSecond">Sequential read bandwidth.</param>
/// <param name="LatencyNs">From the submission of a read until its first byte, with nothing queued, in nanoseconds.</param>
public sealed record Storage(double BytesPerSecond, int LatencyNs)
{
    /// <summary>A data-centre drive on four PCIe 4.0 lanes. 6.9 GB/s: published (Samsung PM9A3, sequential reads). 80 us: assumed.</summary>
    public static Storage DataCentre { get; } = new(6.9e9, 80_000);
}
