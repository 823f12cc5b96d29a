namespace Harness.Model;

/// <summary>How a kernel sizes its per-CPU lists while it runs.</summary>
internal enum PerCpuTuning
{
    /// <summary>As in 6.1: high is fixed, a refill takes a batch, a drain doubles with each that follows without an allocation.</summary>
    Fixed,

    /// <summary>
    /// As since 6.7, and so in 6.12: high moves between two bounds, a refill doubles with each that follows without a free, a drain frees
    /// as many pages as were freed in a row; an allocation tests the high watermark first.
    /// </summary>
    Automatic,
}
