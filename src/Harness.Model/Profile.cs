namespace Harness.Model;

/// <summary>When the translations of an unmapped page are flushed.</summary>
public enum FlushTiming
{
    /// <summary>With each PTE, before the next step.</summary>
    Immediate,

    /// <summary>Once for a batch of PTEs, when another CPU may hold translations; else with each PTE.</summary>
    Batched,
}

/// <summary>
/// A kernel as the model knows it: its mechanisms as values. The rules that every kernel has can be taken out one at a time, so that a test
/// can show that the model (or its oracle) notices.
/// </summary>
public sealed record Profile
{
    /// <summary>The name a user types.</summary>
    public required string Name { get; init; }

    /// <summary>When migration flushes.</summary>
    public required FlushTiming Flush { get; init; }

    /// <summary>Pages that migration unmaps before it moves the first of them: 1, or up to HPAGE_PMD_NR = 512 since 6.3.</summary>
    public required int BatchPages { get; init; }

    /// <summary>A CPU in lazy TLB mode is not interrupted by a flush that frees no page tables.</summary>
    public bool SkipsLazyCpus { get; init; } = true;

    /// <summary>A CPU that leaves lazy TLB mode flushes when its address space moved on meanwhile.</summary>
    public bool FlushesOnLeavingLazy { get; init; } = true;

    /// <summary>Deferred flushes are done before the first page of the batch is copied.</summary>
    public bool FlushesBeforeCopy { get; init; } = true;

    /// <summary>The kernels there are.</summary>
    public static IReadOnlyList<Profile> Known { get; } =
    [
        new() { Name = "6.1", Flush = FlushTiming.Immediate, BatchPages = 1 },
        new() { Name = "6.12", Flush = FlushTiming.Batched, BatchPages = 512 },
    ];

    /// <summary>The profile of that name.</summary>
    /// <exception cref="FormatException">There is none; the message lists those there are.</exception>
    public static Profile Parse(string name)
    {
        foreach (Profile profile in Known)
        {
            if (profile.Name == name) return profile;
        }
        throw new FormatException($"no kernel profile '{name}'; the model knows {string.Join(", ", Known.Select(known => known.Name))}");
    }
}
