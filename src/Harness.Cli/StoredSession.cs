using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary>The result store, and a stored session with its records.</summary>
/// <param name="Manifest">What the session set out to do.</param>
/// <param name="Records">Its records, measured and modelled.</param>
internal sealed record StoredSession(Manifest Manifest, IReadOnlyList<RunRecord> Records)
{
    public IReadOnlyList<RunRecord> Measured => [.. Records.Where(record => record.Origin != Origin.Modelled)];

    public IReadOnlyList<RunRecord> Modelled => [.. Records.Where(record => record.Origin == Origin.Modelled)];

    /// <summary>Opens the store: the PostgreSQL database that <c>HARNESS_STORE</c> names, else the file <c>results.db</c>.</summary>
    /// <exception cref="HarnessException">It cannot be opened; the message says why.</exception>
    public static ResultStore OpenStore(Folders folders)
    {
        string? address = Environment.GetEnvironmentVariable(PostgresAddress.Variable);
        return string.IsNullOrEmpty(address)
            ? ResultStore.Open(Path.Combine(folders.Home, "results.db"), folders.Sessions, Notice)
            : ResultStore.Open(PostgresAddress.Parse(address), folders.Sessions, Notice);
    }

    /// <summary>
    /// The session of that id (or its beginning, or a part that no other has), or the last one (of a plan, when one is named).
    /// </summary>
    /// <exception cref="UsageException">There is none, or more than one.</exception>
    public static StoredSession Load(ResultStore store, string? id, string? plan = null)
    {
        Manifest manifest = id is not null ? store.Find(id) : store.LatestSession(plan)
            ?? throw new UsageException($"no session{(plan is null ? "" : $" of plan {plan}")} is stored yet; run one first: "
                + $"./run.sh run {plan ?? "migrate-batching"}");
        return new StoredSession(manifest, store.Records(manifest.Session));
    }

    /// <summary>The last session of a plan in one of its shapes.</summary>
    /// <param name="store">Where sessions are.</param>
    /// <param name="plan">The plan's name.</param>
    /// <param name="shape">The shape's name; null for the plan's own.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static StoredSession OfShape(ResultStore store, string plan, string? shape)
    {
        Manifest manifest = store.LatestSession(plan, shape) ?? throw new UsageException(shape is null
            ? $"no session of plan {plan} in its own shape is stored yet; run one first: ./run.sh run {plan}"
            : $"no session of plan {plan} in shape {shape} is stored yet; run one first: ./run.sh run {plan} --shape {shape}");
        return new StoredSession(manifest, store.Records(manifest.Session));
    }

    private static void Notice(string line) => Console.Error.WriteLine($"note: {line}");
}
