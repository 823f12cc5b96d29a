using Harness.Analysis;
using Harness.Experiments;
using Harness.Records;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>Holds the model against the last session of every plan and shape.</summary>
internal static class MatrixJob
{
    /// <summary>The matrix of some plans; all there are when none is named.</summary>
    public static Task<ValidationMatrix> OfAsync(
        Folders folders, IReadOnlyList<string> names, FittedConstants? constants, string basis, CancellationToken cancel)
    {
        PlanCatalog catalog = Catalogs.Plans(folders);
        List<StoredSession> stored = [];
        List<string> missing = [];
        foreach (Plan plan in (names.Count > 0 ? names : catalog.Names).Select(name => catalog.Load(name).Plan))
        {
            if (!ModelTarget.Workloads.Contains(plan.Workload))
            {
                missing.Add($"{plan.Name} (the model has no program for {plan.Workload})");
                continue;
            }
            foreach ((string? shape, StoredSession? session) in PlanSessions.Of(folders, plan))
            {
                if (session is null) missing.Add(PlanSessions.Name(plan.Name, shape));
                else stored.Add(session);
            }
        }
        if (stored.Count == 0)
            throw new UsageException("no session of these plans is stored yet; run one first: ./run.sh run migrate-batching --shape all");
        return OfAsync(stored, missing, constants, basis, cancel);
    }

    /// <summary>The matrix of sessions.</summary>
    public static async Task<ValidationMatrix> OfAsync(
        IReadOnlyList<StoredSession> stored, IReadOnlyList<string> missing, FittedConstants? constants, string basis,
        CancellationToken cancel)
    {
        StoredValidation model = new(constants);
        List<MatrixSession> sessions = [];
        foreach (StoredSession session in stored)
        {
            Validation validation = await model.OfAsync(session, cancel);
            // one CPU's part says where a count fell, not how large it is
            ValidationRow[] rows = [.. validation.Rows.Where(row => row.Cpu is null)];
            sessions.Add(new MatrixSession(validation.Plan, session.Manifest.Shape, session.Manifest.Session, rows, validation.Wmape));
        }
        return new ValidationMatrix(sessions, missing, basis);
    }
}
