using Harness.Analysis;
using Harness.Records;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>The model as it now is, held against a stored session.</summary>
/// <param name="constants">Fitted constants of the model; null for what is assumed.</param>
internal sealed class StoredValidation(FittedConstants? constants)
{
    /// <summary>
    /// Predicts the session's runs anew, since the model or its constants may have changed; the predictions kept with a session of an earlier
    /// version, which does not say its guests' machine, are taken as they are.
    /// </summary>
    /// <exception cref="UsageException">The session has no measured run, the model has no program for its workload, or the constants are of
    /// another version.</exception>
    public async Task<Validation> OfAsync(StoredSession stored, CancellationToken cancel)
    {
        IReadOnlyList<RunRecord> modelled = stored.Manifest.Machine is { } guest
            ? await Prediction.OfAsync(stored.Measured, guest, constants, cancel)
            : stored.Modelled;
        if (modelled.Count == 0 || stored.Measured.Count == 0)
        {
            string lacks = stored.Measured.Count == 0 ? "measured run: it ran on the model alone" : "prediction: the model has no program for its workload";
            throw new UsageException($"session {stored.Manifest.Session} has no {lacks}");
        }
        return Of(stored.Manifest, stored.Measured, modelled);
    }

    /// <summary>Measured against modelled runs of a session; rows that the constants were fitted to are not held out.</summary>
    public Validation Of(Manifest manifest, IReadOnlyList<RunRecord> measured, IReadOnlyList<RunRecord> modelled)
    {
        FittedConstants? used = measured.All(run => run.Origin == constants?.Origin) ? constants : null;
        bool fittedTo = used is not null && !manifest.Altered && used.IsFittedTo(manifest.Plan, manifest.Shape);
        return Validation.Of(measured, modelled, manifest.Counters, used, fittedTo);
    }
}
