using System.Globalization;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>The proof of mode: whether the settings of each arm provably acted. Label and text, one a line.</summary>
internal static class ProofLines
{
    /// <summary>What stands above the lines.</summary>
    public const string Heading = "proof of mode";

    /// <summary>A line for each arm, and one more for each further reason why it is invalid.</summary>
    public static IEnumerable<(string Label, string Text)> Of(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        int width = comparison.Proofs.Count == 0 ? 0 : comparison.Proofs.Max(proof => proof.Target.Length);
        foreach (ArmProof proof in comparison.Proofs)
        {
            string arm = proof.Arm == comparison.Before.Name ? "before" : "after";
            string lead = $"{proof.Target.PadRight(width)}  {proof.Verdict}: ";
            string[] sentences = [.. proof.Sentences];
            if (proof.Failed == 0)
            {
                yield return (arm, lead + string.Join("; ", sentences) + Which(proof));
                continue;
            }
            yield return (arm, lead + sentences[0] + Which(proof));
            foreach (string sentence in sentences.Skip(1)) yield return ("", sentence);
        }
    }

    private static string Which(ArmProof proof) => proof.Runs == 1 ? ""
        : proof.Failed == 0 ? Text($" (pair {proof.Pair}; likewise in all {proof.Runs} runs)")
        : Text($" (pair {proof.Pair}; {proof.Failed} of {proof.Runs} runs)");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
