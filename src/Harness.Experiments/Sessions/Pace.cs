using Harness.Records;

namespace Harness.Experiments;

/// <summary>Counts attempts and times them, for the estimate.</summary>
internal sealed class Pace(int total)
{
    private readonly Dictionary<string, (double Seconds, int Runs)> taken = new(StringComparer.Ordinal);
    private int number;
    private int total = total;

    public RunProgress Next(ManifestRun run, Manifest manifest)
    {
        number++;
        return Now(run, manifest);
    }

    public RunProgress Now(ManifestRun run, Manifest manifest) => new(run, number, total, Remaining(manifest));

    public void Over(ManifestRun run, TimeSpan time)
    {
        (double seconds, int runs) = taken.GetValueOrDefault(run.Arm);
        taken[run.Arm] = (seconds + time.TotalSeconds, runs + 1);
        if (SessionFolder.MayRetry(run)) total++;
    }

    private TimeSpan? Remaining(Manifest manifest)
    {
        if (taken.Count == 0) return null;
        double any = taken.Values.Sum(t => t.Seconds) / taken.Values.Sum(t => t.Runs);
        double Mean(string arm) => taken.TryGetValue(arm, out var t) ? t.Seconds / t.Runs : any;
        return TimeSpan.FromSeconds(manifest.Runs.Where(SessionFolder.IsLeft).Sum(r => Mean(r.Arm)));
    }
}
