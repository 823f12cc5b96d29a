namespace Harness.Analysis;

/// <summary>What differs between nights of an arm, and how likely it changes a result.</summary>
internal static class Causes
{
    /// <summary>
    /// Beginnings of names, the likeliest cause first. Assumed: an order of experience; what is in none of them comes after.
    /// </summary>
    private static readonly string[] Likeliest =
    [
        NightArm.Target, "origin", "parameter.", "kernel.release", "kernel.build", "kernel.", "vm.kernel.", "cpu.microcode", "firmware.",
        "vm.host.", "vm.", "knob.", "vulnerability.",
    ];

    /// <summary>
    /// Names whose value differs from one boot of the same kernel to the next (seen: a guest's node with 465 and with 501 MiB).
    /// </summary>
    private static readonly string[] OfEachBoot = ["memory_mib", "min_free_kbytes"];

    /// <summary>What differs between two nights, the likeliest cause first; empty when nothing is known of one of them.</summary>
    public static IReadOnlyList<EnvironmentDifference> Between(NightArm? before, NightArm? after)
    {
        if (before?.Environment is not { } left || after?.Environment is not { } right) return [];
        return [.. EnvironmentDifference.Between(left, right).OrderBy(Rank).ThenBy(difference => difference.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// What a night has otherwise than the last night of a level, and no night of the level had: a value that was seen with the old level
    /// does not explain a new one.
    /// </summary>
    /// <param name="level">The arm in the nights of the level, the oldest first.</param>
    /// <param name="night">The arm in the night.</param>
    public static IReadOnlyList<EnvironmentDifference> New(IReadOnlyList<NightArm?> level, NightArm? night) =>
    [
        .. Between(level.Count > 0 ? level[^1] : null, night)
            .Where(difference => !level.Any(one => one?.Environment?.GetValueOrDefault(difference.Name) == difference.After)),
    ];

    /// <summary>True for what may explain that a single night is off.</summary>
    public static bool Explains(EnvironmentDifference difference) =>
        !OfEachBoot.Any(name => difference.Name.EndsWith(name, StringComparison.Ordinal));

    private static int Rank(EnvironmentDifference difference)
    {
        if (!Explains(difference)) return Likeliest.Length + 1;
        int rank = Array.FindIndex(Likeliest, name => difference.Name.StartsWith(name, StringComparison.Ordinal));
        return rank >= 0 ? rank : Likeliest.Length;
    }
}
