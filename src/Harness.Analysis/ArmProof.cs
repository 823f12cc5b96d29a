using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>Whether the settings of an arm provably acted in its runs.</summary>
public sealed record ArmProof
{
    /// <summary>The arm's name.</summary>
    public required string Arm { get; init; }

    /// <summary>Where it ran, as the user named it.</summary>
    public required string Target { get; init; }

    /// <summary><c>ok</c> when they did in every run, else <c>invalid</c>.</summary>
    public string Verdict => Failed == 0 ? "ok" : "invalid";

    /// <summary>Runs that carry proofs.</summary>
    public required int Runs { get; init; }

    /// <summary>Runs in which a proof failed.</summary>
    public required int Failed { get; init; }

    /// <summary>The pair of the run whose proofs these are: the first in which one failed, else the first of all.</summary>
    public required int Pair { get; init; }

    /// <summary>The proofs of that run.</summary>
    public required IReadOnlyList<ModeProof> Proofs { get; init; }

    /// <summary>The sentences behind the verdict: of an invalid arm only what failed.</summary>
    [JsonIgnore]
    public IEnumerable<string> Sentences => Proofs.Where(proof => Failed == 0 || !proof.Acted).Select(proof => proof.Why);

    /// <summary>What an arm's runs prove; null when none of them carries a proof.</summary>
    /// <param name="arm">The arm's name.</param>
    /// <param name="runs">The arm's runs by pair.</param>
    internal static ArmProof? Of(string arm, IReadOnlyList<RunRecord> runs)
    {
        RunRecord[] proved = [.. runs.Where(run => run.Proofs.Count > 0)];
        if (proved.Length == 0) return null;
        RunRecord shown = proved.FirstOrDefault(run => FailedIn(run).Any()) ?? proved[0];
        return new ArmProof
        {
            Arm = arm,
            Target = shown.Target,
            Runs = proved.Length,
            Failed = proved.Count(run => FailedIn(run).Any()),
            Pair = shown.Request.Pair,
            Proofs = shown.Proofs,
        };
    }

    /// <summary>
    /// Why a run is invalid, in a clause: the settings that did not act where the run has proofs, which say more, else its own sentence.
    /// </summary>
    public static string ClauseOf(RunRecord run)
    {
        string[] failed = [.. FailedIn(run).Select(proof => proof.Setting)];
        return failed.Length > 0 ? "not proven: " + string.Join(", ", failed) : run.Why ?? "no reason was recorded";
    }

    private static IEnumerable<ModeProof> FailedIn(RunRecord run) => run.Proofs.Where(proof => !proof.Acted);
}
