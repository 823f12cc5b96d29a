using Dapper;
using Harness.Records;

namespace Harness.Store;

/// <summary>Fills columns and tables that a step added from the JSON which the rows have held all along.</summary>
internal static class Backfill
{
    /// <summary>
    /// The columns of sessions; kernels, environments, timelines and recordings of runs. It writes through <see cref="Rows"/>: a later step
    /// that changes these tables has to give this one its own statements. What cannot be read stays as it is, its columns empty.
    /// </summary>
    public static void StepTwo(Database database)
    {
        Rows rows = new(database.Connection);
        foreach (string session in database.Connection.Query<string>("SELECT session FROM sessions").ToList())
        {
            if (Read<Manifest>(database, "SELECT manifest FROM sessions WHERE session = @key", session) is { } manifest)
                rows.Describe(session, manifest);
        }
        foreach (long run in database.Connection.Query<long>("SELECT id FROM runs").ToList())
        {
            if (Read<RunRecord>(database, "SELECT record FROM runs WHERE id = @key", run) is { } record) rows.Describe(run, record);
        }
    }

    private static T? Read<T>(Database database, string query, object key)
        where T : class
    {
        try
        {
            return RecordJson.Read<T>(database.Connection.ExecuteScalar<string>(query, new { key })!, database.Name);
        }
        catch (UsageException)
        {
            return null;
        }
    }
}
