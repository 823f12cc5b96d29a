using Harness.Analysis;
using Harness.Records;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>The model as it now is, held against a stored session.</summary>
/// <param name="constants">Fitted constants of the model; null for what is assumed.</param>
internal sealed class StoredValidation(FittedConstants? constants)
{
    /// <summary>
    /// Predicts the session's runs anew, since the model or its constants may have changed; the predictions kept with a session of an
    /// earlier version, which does not say its guests' machine, are taken as they are.
    /// </summary>
    /// <exception cref="UsageException">The session has no measured run, the model has no program for its workload, or the constants are of
    /// another version.</exception>
    public async Task<Validation> OfAsync(StoredSession stored, CancellationToken cancel)
    {
        if (stored.Manifest.Machine is not { } guest) return Of(stored, stored.Modelled);
        // of the model's records, those of arms that nothing measured: the others are predictions of an earlier time
        HashSet<string> measured = [.. stored.Measured.Select(run => run.Request.Arm)];
        RunRecord[] asked = [.. stored.Measured, .. stored.Modelled.Where(run => !measured.Contains(run.Request.Arm))];
        return Of(stored, await Prediction.OfAsync(asked, guest, constants, cancel));
    }

    /// <summary>Measured against modelled runs of a session; rows that the constants were fitted to are not held out.</summary>
    /// <exception cref="UsageException">The session has no measured run, or no modelled one is given.</exception>
    public Validation Of(StoredSession stored, IReadOnlyList<RunRecord> modelled)
    {
        Manifest manifest = stored.Manifest;
        if (modelled.Count == 0 || stored.Measured.Count == 0)
        {
            string lacks = stored.Measured.Count == 0
                ? "measured run: it ran on the model alone"
                : "prediction: the model has no program for its workload";
            throw new UsageException($"session {manifest.Session} has no {lacks}");
        }
        FittedConstants? used = stored.Measured.All(run => run.Origin == constants?.Origin) ? constants : null;
        bool fittedTo = used is not null && !manifest.Altered && used.IsFittedTo(manifest.Plan, manifest.Shape);
        return Validation.Of(stored.Measured, modelled, manifest.Counters, used, fittedTo);
    }
}
