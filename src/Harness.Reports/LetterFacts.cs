using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What a letter says of where and how its numbers were taken: machine, config, kernels, test set.</summary>
internal static class LetterFacts
{
    /// <summary>Two kernels see a little less or more of the same memory. Assumed: under 5 % it is the same.</summary>
    private const double SameMemory = 0.05;

    private const string Before = "BEFORE";
    private const string After = "AFTER";

    /// <summary>What has to be read before any number: how the numbers came to be, and what the two sides are.</summary>
    public static IEnumerable<string> Warnings(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        Origin[] origins = [.. comparison.Before.Origins.Union(comparison.After.Origins)];
        string? origin = origins switch
        {
            [Origin.Emulated] => "EMULATED: counted on real kernels in guests under software emulation. Counts are functional; times are "
                + "not hardware times.",
            [Origin.Modelled] => "MODELLED: every number below is what a simulation model predicts. Nothing was measured.",
            [Origin.Replayed] => "REPLAYED: derived from a recording under another policy. Nothing was measured under it.",
            [_, _, ..] => "MIXED: the two sides' numbers came to be in different ways: " + Words.Of(origins) + ".",
            _ => null,
        };
        if (origin is not null) yield return origin;
        if (report.NoiseFloor is { } floor)
            yield return $"A/A: both sides are the arm '{floor.Arm}'. This measures noise; there is no change to be found.";
        if (!comparison.Paired) yield return "DRIFT between the two sides is " + Differences.Drift(comparison) + ".";
    }

    /// <summary>Machine, config and kernels: label and text, one a line; a line for each side where they differ.</summary>
    public static IEnumerable<(string Label, string Text)> Of(SessionReport report)
    {
        Side before = new(report, report.Comparison.Before, null);
        Side after = new(report, report.Comparison.After, before.Host);
        return
        [
            .. Fact("Machine", Machine), .. Fact("CPU", Cpu), .. Fact("Numa", Numa), .. Fact("Config", Config),
            ("Kernel " + Before, Kernel(before)), ("Kernel " + After, Kernel(after)),
            .. Others(report),
        ];

        IEnumerable<(string, string)> Fact(string label, Func<Side, string?> of)
        {
            string? one = of(before);
            string? other = of(after);
            if (one == other || one is null || other is null)
            {
                if ((one ?? other) is { } text) yield return (label, text);
                yield break;
            }
            yield return ($"{label} {Before}", one);
            yield return ($"{label} {After}", other);
        }
    }

    /// <summary>The commands that ran: label and command; one when both sides ran the same.</summary>
    public static IEnumerable<(string Label, string Command)> TestSet(SessionReport report)
    {
        string? one = Command(report, report.Comparison.Before);
        string? other = Command(report, report.Comparison.After);
        if (one is not null && other is not null && one != other)
            return [($"The test set {Before}:", one), ($"The test set {After}:", other)];
        return (one ?? other) is { } command ? [("The test set:", command)] : [];
    }

    /// <summary>How often, in which order and after what the test set ran.</summary>
    public static string Runs(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        string often = $"Run {Count(comparison.Before.Done, "time")} {Before} and {Count(comparison.After.Done, "time")} {After}, ";
        string order = comparison.Paired
            ? "interleaved, with the same seed on both sides of a pair"
            : "all of the one and, in another session, all of the other";
        string lost = comparison.DroppedPairs > 0 ? $"; {Plain.Whole(comparison.DroppedPairs)} pairs are incomplete" : "";
        string caches = report.Shown.Any(run => report.IsOfTwoArms(run) && run.Request.Actions.Contains("drop_caches"))
            ? " Caches were dropped before every run ('echo 3 > /proc/sys/vm/drop_caches')." : "";
        return often + order + lost + "." + caches;
    }

    private static string? Machine(Side side) => side.Host switch
    {
        null => null,
        { Hypervisor: null } host => "bare metal, " + host.CpuModel,
        { Hypervisor: "tcg" } host => $"guest under software emulation (QEMU TCG){On(side)}, {host.CpuModel}",
        { } host => $"guest of {host.Hypervisor}{On(side)}, {host.CpuModel}",
    };

    private static string On(Side side) => side.Fact("vm.host.cpu.model") is { } model ? " on " + model : "";

    private static string? Cpu(Side side) => side.Host is null ? null
        : Count(side.Host.Cpus.Count, "CPU") + " online"
            + side.Fact("cpu.smt") switch { "on" => ", SMT on", "off" => ", SMT off", _ => "" };

    private static string? Numa(Side side)
    {
        if (side.Host is not { } host) return null;
        IEnumerable<string> nodes = host.Nodes.Select(node =>
            $"{(node.Cpus.Count == 0 ? "no CPUs" : Count(node.Cpus.Count, "CPU"))} {Memory(Known(node, side.Reference))}"
            + (node.Tier is int tier ? string.Create(CultureInfo.InvariantCulture, $" memory tier {tier}") : ""));
        string distances = host.Nodes.Count < 2 ? ""
            : string.Join(" / ", host.Nodes.Where(node => node.Distances.Count > 0).Select(node => string.Join(' ', node.Distances)));
        return $"{Count(host.Nodes.Count, "node")} ({string.Join(", ", nodes)})" + (distances.Length > 0 ? ", distances " + distances : "");
    }

    private static long Known(NodeDescription node, HostDescription? reference)
    {
        long other = reference?.Nodes.FirstOrDefault(one => one.Id == node.Id)?.MemoryKiB ?? node.MemoryKiB;
        return Math.Abs(other - node.MemoryKiB) <= SameMemory * node.MemoryKiB ? other : node.MemoryKiB;
    }

    private static string Memory(long kib) => kib >= 10L << 20
        ? (kib / (double)(1L << 20)).ToString("0.#", CultureInfo.InvariantCulture) + " GiB"
        : (kib >> 10).ToString(CultureInfo.InvariantCulture) + " MiB";

    private static string? Config(Side side)
    {
        if (side.Run is not { } run) return null;
        string[] spoken = ["numa_balancing", "demotion_enabled", "thp_enabled"];
        IEnumerable<string?> parts =
        [
            side.Fact("memory.swap") is { } swap ? "swap " + swap : null,
            side.Knob("numa_balancing") switch
            {
                null => null, "0" => "numa balancing off", "1" => "numa balancing on", "2" => "numa balancing tiering on",
                var other => "numa balancing " + other,
            },
            side.Knob("demotion_enabled") switch { null => null, "true" or "1" => "demotion enabled", _ => "demotion disabled" },
            side.Knob("thp_enabled") is { } thp ? "THP " + thp : null,
            // what the plan sets beside these
            .. run.Request.Knobs.Where(knob => !spoken.Contains(knob.Knob))
                .Select(knob => $"{knob.Knob} {side.Knob(knob.Knob) ?? knob.Value}"),
        ];
        return string.Join(", ", parts.OfType<string>()) is { Length: > 0 } text ? text : null;
    }

    private static string Kernel(Side side)
    {
        string release = side.Host is { } host ? ", Linux " + host.KernelRelease : "";
        string build = side.Fact("kernel.build") is { } text ? ", " + text : "";
        string arm = side.Facts.Name is "before" or "after" ? "" : $" ({(side.IsApart ? "" : "arm ")}{side.Facts.Name})";
        return (side.Facts.Target ?? "never ran") + release + build + arm;
    }

    // what else two sessions do not share; within one session the arms differ by what they were made to
    private static IEnumerable<(string, string)> Others(SessionReport report) =>
        (report.Apart?.Differences ?? [])
            .Select(one => ("Differs", $"{one.Name}: {one.Before ?? "-"} {Before}, {one.After ?? "-"} {After}"));

    private static string? Command(SessionReport report, ArmFacts arm)
    {
        if (report.Shown.FirstOrDefault(run => run.Request.Arm == arm.Name)?.Request is not { } request) return null;
        string seed = request.Seed.ToString(CultureInfo.InvariantCulture);
        IEnumerable<string> words = request.Command.Arguments.Where(word => word != "--handshake")
            .Select(word => word.Replace(seed, "$SEED", StringComparison.Ordinal));
        return string.Join(' ', words.Prepend(request.Command.Program));
    }

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    /// <summary>A side's first run, which stands for all.</summary>
    private sealed class Side(SessionReport report, ArmFacts facts, HostDescription? reference)
    {
        public ArmFacts Facts => facts;

        public RunRecord? Run { get; } = report.DoneRuns(facts.Name) is [var first, ..]
            ? first : report.Shown.FirstOrDefault(run => run.Request.Arm == facts.Name);

        public HostDescription? Host => report.HostOf(facts.Name);

        public HostDescription? Reference => reference;

        public bool IsApart => report.Apart is not null;

        public string? Fact(string name) => Run?.Environment.GetValueOrDefault(name);

        public string? Knob(string name) => Run?.KnobsInForce.FirstOrDefault(knob => knob.Knob == name)?.Value;
    }
}
