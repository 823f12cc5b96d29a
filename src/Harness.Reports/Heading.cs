using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What stands above the table: label and text, one a line.</summary>
internal static class Heading
{
    /// <summary>Runs beyond this many are not spelled out in the order's line. Assumed.</summary>
    private const int OrderShown = 24;

    /// <summary>The lines.</summary>
    /// <param name="report">The session.</param>
    /// <param name="withModel">False for a table without the model's lines.</param>
    public static IEnumerable<(string Label, string Text)> Of(SessionReport report, bool withModel = true)
    {
        Comparison comparison = report.Comparison;
        RunRequest request = report.Records[0].Request;
        yield return ("plan", $"{comparison.Plan}, workload {request.Workload}");
        if (report.Source is not null) yield return ("source", report.Source);
        yield return ("before", Arm(comparison.Before, "before"));
        yield return ("after", Arm(comparison.After, "after"));
        foreach (string line in Machines(report)) yield return ("machine", line);
        foreach ((string, string) line in Differences.Of(comparison)) yield return line;
        yield return ("runs", Runs(report));
        if (!comparison.Paired) yield return ("drift", Differences.Drift(comparison));
        foreach (string line in Origins(report, withModel)) yield return ("origin", line);
    }

    /// <summary>CPUs and nodes of a host in one line.</summary>
    public static string Machine(HostDescription host)
    {
        IEnumerable<string> nodes = host.Nodes.Select(node => string.Create(
            CultureInfo.InvariantCulture, $"node {node.Id}: {Cpus(node.Cpus.Count)}, {node.MemoryKiB / 1024:N0} MiB"));
        return string.Join("; ", nodes.Prepend(Cpus(host.Cpus.Count)));
    }

    /// <summary>An arm in one line, without its name where that is the label.</summary>
    public static string Arm(ArmFacts arm, string label)
    {
        string name = arm.Name == label ? "" : arm.Name + ": ";
        string kernel = arm.Kernel is null ? "" : ", Linux " + arm.Kernel;
        return name + (arm.Target ?? "never ran") + kernel;
    }

    private static IEnumerable<string> Machines(SessionReport report)
    {
        HostDescription? before = report.HostOf(report.Comparison.Before.Name);
        HostDescription? after = report.HostOf(report.Comparison.After.Name);
        if ((before ?? after) is not { } first) yield break;
        bool differ = before is not null && after is not null && !SameShape(before, after);
        yield return (differ ? "before: " : "") + WithProcessor(first);
        if (differ) yield return "after: " + WithProcessor(after!);
    }

    // the kernels' own memory differs between releases, so node sizes never match to the page
    private static bool SameShape(HostDescription a, HostDescription b) =>
        a.CpuModel == b.CpuModel && a.Cpus.SequenceEqual(b.Cpus)
        && a.Nodes.Select(node => (node.Id, node.Cpus.Count)).SequenceEqual(b.Nodes.Select(node => (node.Id, node.Cpus.Count)));

    private static string WithProcessor(HostDescription host) =>
        $"{Machine(host)} ({host.CpuModel}{(host.Hypervisor is null ? "" : ", " + host.Hypervisor)})";

    private static string Runs(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        if (!comparison.Paired) return $"{Apart(report, comparison.Before, "before")}; {Apart(report, comparison.After, "after")}";
        string[] order =
        [
            .. report.Shown.Where(run => run.Request.Arm == comparison.Before.Name || run.Request.Arm == comparison.After.Name)
                .DistinctBy(run => run.Request.Sequence)
                .Select(run => run.Request.Arm == comparison.Before.Name ? "A" : "B"),
        ];
        string shown = string.Join(' ', order.Take(OrderShown)) + (order.Length > OrderShown ? " ..." : "");
        string dropped = comparison.DroppedPairs > 0 ? $" ({Plain.Whole(comparison.DroppedPairs)} more incomplete)" : "";
        string pairs = comparison.Pairs == 1 ? "1 pair" : Plain.Whole(comparison.Pairs) + " pairs";
        return $"{pairs}{dropped}, in the order {shown} (A before, B after)";
    }

    private static string Apart(SessionReport report, ArmFacts arm, string label)
    {
        DateTimeOffset? first = report.Shown.Where(run => run.Request.Arm == arm.Name).Min(run => (DateTimeOffset?)run.Started);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Plain.Whole(arm.Done)} {label} (from {first?.UtcDateTime:yyyy-MM-dd HH:mm} UTC)");
    }

    private static IEnumerable<string> Origins(SessionReport report, bool withModel)
    {
        Comparison comparison = report.Comparison;
        string[] cautions = [.. report.Shown.Select(run => run.Caution).OfType<string>().Distinct()];
        bool differ = comparison.Before.Origins.Count > 0 && comparison.After.Origins.Count > 0
            && !comparison.Before.Origins.SequenceEqual(comparison.After.Origins);
        string origin = differ
            ? $"before {Words.Of(comparison.Before.Origins)}, after {Words.Of(comparison.After.Origins)}: the change mixes origins"
            : Words.Of(comparison.Before.Origins.Union(comparison.After.Origins)) ?? "none";
        yield return cautions.Length > 0 ? $"{origin} - {cautions[0]}" : origin;
        foreach (string caution in cautions.Skip(1)) yield return caution;
        if (report.Modelled is null || !withModel) yield break;
        string? modelCaution = report.Records.FirstOrDefault(run => run.Origin == Origin.Modelled && run.Caution is not null)?.Caution;
        yield return "lines 'model' and 'error': modelled" + (modelCaution is null ? "" : " - " + modelCaution);
    }

    private static string Cpus(int count) => count switch
    {
        0 => "no CPU",
        1 => "1 CPU",
        _ => Plain.Whole(count) + " CPUs",
    };
}
