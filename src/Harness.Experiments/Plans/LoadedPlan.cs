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

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of the text and of what the command line may change in it: parameters, machine, the timeline's
    /// interval, and one arm on both sides. Runs of different ones do not belong in one session.
    /// </summary>
    public string Checksum
    {
        get
        {
            IEnumerable<string> parameters = Plan.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
            string all = string.Join('\n', [Text, .. parameters, RecordJson.Write(Plan.Machine), $"timeline={Plan.TimelineSeconds:R}"]);
            if (Plan.SameArm is not null) all += $"\nboth sides are {Plan.SameArm}";
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
        }
    }
}
