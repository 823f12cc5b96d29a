using System.Globalization;
using System.Text.Json;
using Dapper;
using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store;

/// <summary>
/// The results of all sessions in one SQLite database, for looking up and comparing. The session folders' JSON files hold the same and
/// more: the database can always be built again from them. Each call is one transaction; what a call has stored survives a kill.
/// </summary>
public sealed class ResultStore : IDisposable
{
    private readonly string path;
    private readonly SqliteConnection connection;

    private ResultStore(string path, SqliteConnection connection)
    {
        this.path = path;
        this.connection = connection;
    }

    /// <summary>
    /// Opens the database, or begins one. A damaged one is moved aside to <c>PATH.corrupt-TIME</c>, and a new one is built from the session
    /// folders.
    /// </summary>
    /// <param name="path">The database file.</param>
    /// <param name="sessions">The folder of session folders; need not exist.</param>
    /// <param name="notice">Given one line when something was put right.</param>
    /// <exception cref="HostCannotException">The file cannot be opened or written, or another process keeps it busy.</exception>
    /// <exception cref="UsageException">A newer version of Harness, or another program, wrote the file; it is left as it is.</exception>
    public static ResultStore Open(string path, string sessions, Action<string> notice) => Sqlite.Guard(path, () =>
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{path}: its folder cannot be made: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        string? aside = File.Exists(path) && Damaged.IsDamaged(path) ? Damaged.PutAside(path, DateTimeOffset.UtcNow) : null;
        var store = new ResultStore(path, Sqlite.Open(path));
        try
        {
            int read = store.Prepare(sessions, notice);
            if (aside is not null)
                notice($"{path} was damaged: it is kept as {aside}; the new one holds {read} records read from {sessions}");
            else if (read > 0) notice($"{path} was not there: a new one holds {read} records read from {sessions}");
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    });

    /// <summary>Stores a session, or its newer state.</summary>
    /// <exception cref="HostCannotException">The database cannot take it.</exception>
    public void SaveSession(Manifest manifest) => InTransaction(() => Put(manifest));

    /// <summary>
    /// Stores a record. One of the same session, sequence, arm and origin is replaced: that was an earlier attempt at the same run.
    /// </summary>
    /// <exception cref="HostCannotException">The database cannot take it.</exception>
    public void SaveRecord(RunRecord record) => InTransaction(() => Put(record));

    /// <summary>All sessions, the newest first.</summary>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<Manifest> Sessions() => Manifests("SELECT manifest FROM sessions ORDER BY session DESC", new { });

    /// <summary>The newest session with a run that is done, or null when there is none.</summary>
    /// <param name="plan">Only sessions of this plan; null for any.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public Manifest? LatestSession(string? plan = null) =>
        Manifests(
            """
            SELECT manifest FROM sessions WHERE (@plan IS NULL OR plan = @plan)
            AND EXISTS (SELECT 1 FROM runs WHERE runs.session = sessions.session AND state = 'done') ORDER BY session DESC LIMIT 1
            """,
            new { plan }).FirstOrDefault();

    /// <summary>The newest session of a plan in one of its shapes with a run that is done, or null when there is none. Sessions whose parameters
    /// or machine the command line changed, and those of one arm on both sides, are of no shape.</summary>
    /// <param name="plan">The plan's name.</param>
    /// <param name="shape">The shape's name; null for the plan's own.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public Manifest? LatestSession(string plan, string? shape) =>
        Manifests(
            """
            SELECT manifest FROM sessions WHERE plan = @plan AND json_extract(manifest, '$.shape') IS @shape
            AND json_extract(manifest, '$.altered') IS NOT 1 AND json_extract(manifest, '$.sameArm') IS NULL
            AND EXISTS (SELECT 1 FROM runs WHERE runs.session = sessions.session AND state = 'done') ORDER BY session DESC LIMIT 1
            """,
            new { plan, shape }).FirstOrDefault();

    /// <summary>The session's records in the order of its runs; empty when there are none.</summary>
    /// <param name="session">The session's id.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<RunRecord> Records(string session) => Sqlite.Guard(path, () => connection
        .Query<string>("SELECT record FROM runs WHERE session = @session ORDER BY sequence, arm, origin", new { session })
        .Select(json => RecordJson.Read<RunRecord>(json, $"{path}, session {session}")).ToList());

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();

    private List<Manifest> Manifests(string query, object parameters) => Sqlite.Guard(path, () => connection
        .Query<string>(query, parameters).Select(json => RecordJson.Read<Manifest>(json, $"{path}, table sessions")).ToList());

    /// <summary>
    /// Takes the steps that are missing; a database without any is also filled from the session folders, in the same transaction, so that a
    /// kill leaves all of it or nothing. WAL lets others read while a run is stored; FULL makes each commit last through a power cut.
    /// </summary>
    private int Prepare(string sessions, Action<string> notice)
    {
        long application = connection.ExecuteScalar<long>("PRAGMA application_id");
        long version = connection.ExecuteScalar<long>("PRAGMA user_version");
        long tables = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
        if (application != Schema.ApplicationId && (application != 0 || version != 0 || tables != 0))
            throw new UsageException(
                $"{path}: is another program's database; it was left as it is; move it away or set HARNESS_HOME to another folder");
        if (version > Schema.Steps.Count)
            throw new UsageException($"{path}: was written by a newer Harness (format {version}, this one knows {Schema.Steps.Count}); "
                + "use that one, or set HARNESS_HOME to another folder");
        connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
        int read = 0;
        if (version < Schema.Steps.Count)
        {
            InTransaction(() =>
            {
                version = connection.ExecuteScalar<long>("PRAGMA user_version");    // another process may have been first
                if (version == Schema.Steps.Count) return;
                foreach (string step in Schema.Steps.Skip((int)version)) connection.Execute(step);
                if (version == 0) read = Rebuild.From(sessions, Put, Put, notice);
                connection.Execute(
                    string.Create(CultureInfo.InvariantCulture,
                        $"PRAGMA application_id = {Schema.ApplicationId}; PRAGMA user_version = {Schema.Steps.Count};"));
            });
        }
        return read;
    }

    /// <summary>
    /// SQLite ends a transaction by itself on a full disk, and the provider's transaction object then fails to be disposed; so the
    /// statements are given here, and a rollback only while there is something to roll back.
    /// </summary>
    private void InTransaction(Action action) => Sqlite.Guard(path, () =>
    {
        connection.Execute("BEGIN IMMEDIATE");    // takes the write lock at once, waiting for another process
        try
        {
            action();
            connection.Execute("COMMIT");
            return true;
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Execute("ROLLBACK");
            throw;
        }
    });

    private void Put(Manifest manifest) => connection.Execute(
        """
        INSERT INTO sessions (session, plan, created, ended, manifest) VALUES (@Session, @Plan, @Created, @Ended, @Json)
        ON CONFLICT (session) DO UPDATE SET plan = excluded.plan, created = excluded.created, ended = excluded.ended,
                                             manifest = excluded.manifest
        """,
        new
        {
            manifest.Session,
            manifest.Plan,
            Created = Time(manifest.Created),
            Ended = manifest.Ended is { } ended ? Time(ended) : null,
            Json = RecordJson.Write(manifest),
        });

    private void Put(RunRecord record)
    {
        RunRequest request = record.Request;
        string origin = Word(record.Origin);
        connection.Execute(
            "DELETE FROM runs WHERE session = @Session AND sequence = @Sequence AND arm = @Arm AND origin = @origin",
            new { request.Session, request.Sequence, request.Arm, origin });
        long run = connection.ExecuteScalar<long>(
            """
            INSERT INTO runs (session, sequence, pair, arm, target, origin, state, failure, started, window_seconds, record)
            VALUES (@Session, @Sequence, @Pair, @Arm, @Target, @origin, @State, @Failure, @Started, @WindowSeconds, @Json);
            SELECT last_insert_rowid();
            """,
            new
            {
                request.Session,
                request.Sequence,
                request.Pair,
                request.Arm,
                record.Target,
                origin,
                State = Word(record.State),
                Failure = record.Failure is { } failure ? Word(failure) : null,
                Started = Time(record.Started),
                record.WindowSeconds,
                Json = RecordJson.Write(record),
            });
        connection.Execute(
            "INSERT OR REPLACE INTO counters (run, name, unit, value, trust, per_cpu) VALUES (@run, @Name, @Unit, @Value, @Trust, @PerCpu)",
            record.Counters.Select(c => new { run, c.Name, c.Unit, c.Value, Trust = Word(c.Trust), PerCpu = PerCpu(c) }));
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string? PerCpu(Counter counter) => counter.PerCpu is { } parts ? JsonSerializer.Serialize(parts) : null;

    /// <summary>The word that the JSON form has for the value.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
