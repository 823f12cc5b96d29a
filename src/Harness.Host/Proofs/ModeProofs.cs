using Harness.Host.Knobs;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Proofs;

/// <summary>Holds what the catalog says of the knobs of a run against the run's own counters, tiers and nodes.</summary>
internal static class ModeProofs
{
    /// <summary>What the proofs that need tiers expect of them.</summary>
    internal const string TwoTiers = "two memory tiers";

    /// <summary>One proof for each knob that has one at the value it was set to.</summary>
    /// <param name="knobs">The knobs of the run and their values as they were written.</param>
    /// <param name="host">The host.</param>
    /// <param name="counters">The counters of the window.</param>
    internal static IReadOnlyList<ModeProof> Of(
        IReadOnlyList<(Knob Knob, string Value)> knobs, HostDescription host, IReadOnlyList<Counter> counters)
    {
        TierLayout tiers = new(host);
        var version = KernelVersion.Parse(host.KernelRelease);
        return
        [
            .. from setting in knobs
               from proof in setting.Knob.Proofs
               where proof.Values.Contains(setting.Value, StringComparer.Ordinal)
               select Judge(proof, $"{setting.Knob.Name}={setting.Value}", tiers, version, counters),
        ];
    }

    private static ModeProof Judge(
        KnobProof proof, string setting, TierLayout tiers, KernelVersion version, IReadOnlyList<Counter> counters)
    {
        CounterMove[] move = [.. proof.Move.Select(sum => new CounterSum(sum).In(counters))];
        CounterMove[] stay = [.. proof.Stay.Select(sum => new CounterSum(sum).In(counters))];
        string still = Words(move.Where(sum => !sum.Moved));
        string? lacking = Lacking(proof.Tiers, tiers);
        string? wrong =
            lacking is not null ? $"did not act: {lacking}{(still.Length > 0 ? ", and " + still : "")}; {Remedy(tiers, version)}"
            : still.Length > 0 ? $"did not act: {still}; this moves while {proof.While}"
            : stay.Any(sum => sum.Value is not 0) ? $"did not hold: {Words(stay.Where(sum => sum.Value is not 0))}, which must stay 0"
            : null;
        return new ModeProof
        {
            Setting = setting,
            Expected =
            [
                .. proof.Tiers == TierNeed.None ? [] : new[] { TwoTiers },
                .. proof.Move,
                .. proof.Stay.Select(sum => sum + " = 0"),
            ],
            Acted = wrong is null,
            Why = wrong is null ? Words(move.Concat(stay)) : $"{setting} {wrong}",
        };
    }

    private static string Words(IEnumerable<CounterMove> sums) => string.Join(", ", sums.Select(sum => sum.Words));

    /// <summary>Why a setting has nothing to act on; null when it has, and when this kernel does not show its tiers.</summary>
    private static string? Lacking(TierNeed need, TierLayout tiers)
    {
        if (need == TierNeed.None) return null;
        if (tiers.Memory.Count < 2) return "the host has one memory node, so no page can be in another tier";
        if (!tiers.IsKnown || (need == TierNeed.Lower ? tiers.Lower : tiers.Slow).Count > 0) return null;
        string where = tiers.Lower.Count == 0 ? "all nodes lie in one memory tier" : "no node lies in a memory tier below the CPUs'";
        return $"{where} ({tiers}), so {(need == TierNeed.Slow ? "no page is in a slow tier" : "there is no tier to demote to")}";
    }

    // Published (kernel source): before 6.7 every node that dax/kmem did not bring on line counts as DRAM; from then on the HMAT tells.
    private static string Remedy(TierLayout tiers, KernelVersion version) =>
        tiers.Memory.Count < 2 || tiers.Lower.Count > 0
            ? "slow memory has to be on line as a CPU-less node of its own"
            : version.IsAtLeast(6, 7)
                ? "the firmware's HMAT is missing or gives all nodes one speed"
                : $"on {version} a CPU-less node is of the top tier unless dax/kmem brought it on line";
}
