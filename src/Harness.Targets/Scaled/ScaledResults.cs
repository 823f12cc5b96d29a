using Harness.Records;

namespace Harness.Targets;

/// <summary>The results that are kept of plans simulated at scale.</summary>
public static class ScaledResults
{
    /// <summary>The results of a plan, newest first; files that are no result are passed over.</summary>
    /// <param name="folders">Where they are.</param>
    /// <param name="plan">The plan's name.</param>
    public static IEnumerable<ScaledResult> Newest(Folders folders, string plan)
    {
        if (!Directory.Exists(folders.Scaled)) yield break;
        // their names begin with when they were made
        foreach (string file in Directory.GetFiles(folders.Scaled, $"*-{plan}-*.json").OrderDescending(StringComparer.Ordinal))
        {
            ScaledResult? result;
            try
            {
                result = RecordJson.Read<ScaledResult>(File.ReadAllText(file), file);
            }
            catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException)
            {
                continue;
            }
            if (result.Plan == plan) yield return result;
        }
    }
}
