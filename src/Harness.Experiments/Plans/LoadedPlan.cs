using System.Security.Cryptography;
using System.Text;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>
/// A plan with the text it was read from: what a session keeps, so that it can be judged long after the file has changed.
/// </summary>
/// <param name="Plan">The plan; the command line may have changed its arms or pairs.</param>
/// <param name="Workload">Its workload.</param>
/// <param name="Text">The file's text.</param>
/// <param name="File">The file's path.</param>
public sealed record LoadedPlan(Plan Plan, Workload Workload, string Text, string File)
{
    /// <summary>The command that runs it so, for whoever wants to repeat the session.</summary>
    public string Command { get; init; } = $"./run.sh run {Plan.Name}";

    /// <summary>The box that the sessions are of, whose history they make.</summary>
    public string Box { get; init; } = Environment.MachineName;

    /// <summary>True for a night of the plan's history.</summary>
    public bool Nightly { get; init; }

    /// <summary>What an arm runs: its own workload or the plan's.</summary>
    public Workload WorkloadOf(Arm arm) => arm.Workload ?? Workload;

    /// <summary>
    /// The plan with stand-ins for the workloads whose libraries are not beside the programs of this host, where an arm needs them.
    /// </summary>
    /// <param name="programs">The folder of the programs.</param>
    /// <param name="known">The workloads there are.</param>
    /// <param name="needs">Whether an arm starts the program itself.</param>
    /// <param name="notice">Told of each stand-in in one line.</param>
    public LoadedPlan WithStandIns(string programs, IReadOnlyList<Workload> known, Func<Arm, bool> needs, Action<string> notice)
    {
        var missing = Plan.Arms.Where(needs).Select(WorkloadOf).Distinct()
            .Where(w => w is { Libraries: { } libraries, StandIn: not null } && !Directory.Exists(Path.Combine(programs, libraries)))
            .ToList();
        if (missing.Count == 0) return this;
        foreach (Workload workload in missing)
            notice($"note: {workload.StandIn} stands in for {workload.Name}: {Path.Combine(programs, workload.Libraries!)} is not there");
        Workload Settled(Workload workload) => missing.Contains(workload) ? known.First(w => w.Name == workload.StandIn) : workload;
        Arm[] arms = [.. Plan.Arms.Select(arm => arm.Workload is { } own ? arm with { Workload = Settled(own) } : arm)];
        Workload settled = Settled(Workload);
        return this with { Workload = settled, Plan = Plan with { Workload = settled.Name, Arms = arms } };
    }

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of the text and of what the command line and this host may change in it: workload, parameters,
    /// machine, the timeline's interval, and one arm on both sides. Runs of different ones do not belong in one session.
    /// </summary>
    public string Checksum
    {
        get
        {
            IEnumerable<string> parameters = Plan.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
            string all = string.Join(
                '\n', [Text, Plan.Workload, .. parameters, RecordJson.Write(Plan.Machine), $"timeline={Plan.TimelineSeconds:R}"]);
            if (Plan.SameArm is not null) all += $"\nboth sides are {Plan.SameArm}";
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
        }
    }
}
