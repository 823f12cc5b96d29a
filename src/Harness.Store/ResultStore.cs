using Dapper;
using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store;

/// <summary>
/// The results of all sessions in one database, for looking up and comparing: an SQLite file, or a PostgreSQL server for several boxes. The
/// session folders' JSON files hold the same and more: the database can always be built again from them. Each call is one transaction; what
/// a call has stored survives a kill.
/// </summary>
public sealed class ResultStore : IDisposable
{
    private const int Named = 5;    // sessions that a message names, at most; assumed

    private readonly Database database;
    private readonly SessionFolders folders;
    private readonly Rows rows;

    private ResultStore(Database database, SessionFolders folders)
    {
        this.database = database;
        this.folders = folders;
        rows = new Rows(database.Connection);
    }

    /// <summary>How messages name the database. Holds no password.</summary>
    public string Name => database.Name;

    /// <summary>
    /// Opens an SQLite file, or begins one, and stores the sessions that have a folder and that it lacks. A damaged file is moved aside to
    /// <c>PATH.corrupt-TIME</c> first.
    /// </summary>
    /// <param name="path">The database file.</param>
    /// <param name="sessions">The folder of session folders; need not exist.</param>
    /// <param name="notice">Given one line when something was put right.</param>
    /// <exception cref="HostCannotException">The file cannot be opened or written, or another process keeps it busy.</exception>
    /// <exception cref="UsageException">A newer version of Harness, or another program, wrote the file; it is left as it is.</exception>
    public static ResultStore Open(string path, string sessions, Action<string> notice) => SqliteDatabase.Guard(path, () =>
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
        if (aside is not null) notice($"{path} was damaged: it is kept as {aside}; a new one is built from {sessions}");
        return Opened(new SqliteDatabase(path), sessions, notice);
    });

    /// <summary>
    /// Opens a database of a PostgreSQL server, makes its tables when they are not there, and stores the sessions that have a folder and
    /// that it lacks.
    /// </summary>
    /// <param name="address">The server and its database.</param>
    /// <param name="sessions">The folder of session folders; need not exist.</param>
    /// <param name="notice">Given one line when something was put right.</param>
    /// <exception cref="HostCannotException">The server cannot be reached or refuses; the message says why and what to do.</exception>
    /// <exception cref="UsageException">A newer version of Harness, or another program, made the tables; they are left as they
    /// are.</exception>
    public static ResultStore Open(PostgresAddress address, string sessions, Action<string> notice) =>
        Opened(new PostgresDatabase(address), sessions, notice);

    private static ResultStore Opened(Database database, string sessions, Action<string> notice)
    {
        ResultStore store = new(database, new SessionFolders(sessions, notice));
        try
        {
            bool isNew = database.Guard(store.Prepare);
            store.TakeUp(sessions, isNew, notice);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Stores a session, or its newer state.</summary>
    /// <exception cref="HostCannotException">The database cannot take it.</exception>
    /// <exception cref="UsageException">Another session of that id is there.</exception>
    public void SaveSession(Manifest manifest) => database.InTransaction(() => rows.Put(manifest));

    /// <summary>Stores a session with its records: all of it or nothing.</summary>
    /// <exception cref="HostCannotException">The database cannot take it.</exception>
    /// <exception cref="UsageException">Another session of that id is there.</exception>
    public void SaveSession(Manifest manifest, IReadOnlyList<RunRecord> records) => database.InTransaction(() =>
    {
        rows.Put(manifest);
        foreach (RunRecord record in records) rows.Put(record);
    });

    /// <summary>
    /// Stores a record. One of the same session, sequence, arm and origin is replaced: that was an earlier attempt at the same run.
    /// </summary>
    /// <exception cref="HostCannotException">The database cannot take it.</exception>
    public void SaveRecord(RunRecord record) => database.InTransaction(() => rows.Put(record));

    /// <summary>Stores constants that were fitted.</summary>
    /// <param name="constants">The constants.</param>
    /// <param name="box">The box that fitted them.</param>
    /// <exception cref="HostCannotException">The database cannot take them.</exception>
    public void SaveCalibration(FittedConstants constants, string box) => database.InTransaction(() => rows.Put(constants, box));

    /// <summary>The sessions that a filter lets through, the newest first.</summary>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<Manifest> Sessions(SessionFilter filter) => database.Guard(() => database.Connection
        .Query<string>($"SELECT manifest FROM {SessionQuery.Clauses(filter)}", SessionQuery.Parameters(filter))
        .Select(json => RecordJson.Read<Manifest>(json, $"{Name}, table sessions")).ToList());

    /// <summary>The same with the kernels they ran on.</summary>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<ListedSession> List(SessionFilter filter) => database.Guard(() =>
    {
        IReadOnlyList<Manifest> sessions = Sessions(filter);
        ILookup<string, string> kernels = database.Connection
            .Query<(string Session, string Kernel)>(
                $"""
                SELECT DISTINCT session, kernel FROM runs WHERE kernel IS NOT NULL
                AND session IN (SELECT session FROM {SessionQuery.Clauses(filter)})
                """,
                SessionQuery.Parameters(filter))
            .ToLookup(row => row.Session, row => row.Kernel);
        return sessions
            .Select(session => new ListedSession(session, [.. kernels[Rows.Name(session.Session)].Order(StringComparer.Ordinal)])).ToList();
    });

    /// <summary>The boxes, plans and shapes (null for the plan's own) that have nights.</summary>
    /// <param name="box">Only this box; null for all.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<(string Box, string Plan, string? Shape)> NightsOf(string? box = null) => database.Guard(() => database.Connection
        .Query<(string, string, string?)>(
            $"SELECT DISTINCT box, plan, shape FROM {SessionQuery.Nights(box)}", SessionQuery.Parameters(new SessionFilter { Box = box }))
        .ToList());

    /// <summary>The session of that id; else the only one whose id begins with the text; else the only one whose id contains it.</summary>
    /// <exception cref="UsageException">There is none, or more than one; the message names the newest, or the candidates.</exception>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public Manifest Find(string idOrBeginning) => database.Guard(() =>
    {
        string wanted = Rows.Name(idOrBeginning);
        List<string> ids = database.Connection.Query<string>("SELECT session FROM sessions ORDER BY session DESC").AsList();
        List<string> found = wanted.Length == 0 ? [] : ids.FindAll(id => id == wanted);
        if (found.Count == 0 && wanted.Length > 0) found = ids.FindAll(id => id.StartsWith(wanted, StringComparison.Ordinal));
        if (found.Count == 0 && wanted.Length > 0) found = ids.FindAll(id => id.Contains(wanted, StringComparison.Ordinal));
        string shown = idOrBeginning.ReplaceLineEndings(" ");
        if (found.Count > 1) throw new UsageException($"'{shown}' could be {found.Count} sessions: {Few(found)}; give more of the id");
        if (found.Count == 0)
        {
            string newest = ids.Count == 0 ? "none is stored yet" : $"the newest are {Few(ids)}";
            throw new UsageException($"no stored session is called '{shown}'; {newest}");
        }
        return TryGet(found[0])!;
    });

    /// <summary>The session of exactly that id, or null.</summary>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public Manifest? TryGet(string session) => Stored(session) is { } json ? RecordJson.Read<Manifest>(json, Where(session)) : null;

    /// <summary>
    /// The newest session with a run that is done, or null when there is none. One with a folder here comes before any other box's, with which
    /// the store may be shared.
    /// </summary>
    /// <param name="plan">Only sessions of this plan; null for any.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public Manifest? LatestSession(string? plan = null) => Latest(new SessionFilter { Plan = plan });

    /// <summary>
    /// The same of a plan in one of its shapes. Sessions whose parameters or machine the command line changed, and those of one arm on both
    /// sides, are of no shape.
    /// </summary>
    /// <param name="plan">The plan's name.</param>
    /// <param name="shape">The shape's name; null for the plan's own.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public Manifest? LatestSession(string plan, string? shape) =>
        Latest(new SessionFilter { Plan = plan, Shape = shape ?? SessionFilter.Own });

    /// <summary>The session's records in the order of its runs; empty when there are none.</summary>
    /// <param name="session">The session's id.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<RunRecord> Records(string session) => database.Guard(() => database.Connection
        .Query<string>(
            "SELECT record FROM runs WHERE session = @session ORDER BY sequence, arm, origin", new { session = Rows.Name(session) })
        .Select(json => RecordJson.Read<RunRecord>(json, Where(session))).ToList());

    /// <summary>The constants that were fitted, the newest first.</summary>
    /// <param name="box">Only those that this box fitted; null for all.</param>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<FittedConstants> Calibrations(string? box = null) => database.Guard(() => database.Connection
        .Query<string>(
            $"SELECT constants FROM calibrations {(box is null ? "" : "WHERE box = @box ")}ORDER BY fitted DESC, box",
            new { box = Rows.NameOrNull(box) })
        .Select(json => RecordJson.Read<FittedConstants>(json, $"{Name}, table calibrations")).ToList());

    /// <summary>The runs that were recorded, the newest first: each names the recording's file and holds its checksum.</summary>
    /// <exception cref="HostCannotException">The database cannot be read.</exception>
    public IReadOnlyList<RunRecord> Recordings() => database.Guard(() => database.Connection
        .Query<string>(
            """
            SELECT record FROM runs JOIN recordings
            ON runs.session = recordings.session AND runs.sequence = recordings.sequence AND runs.arm = recordings.arm
            """)
        .Select(json => RecordJson.Read<RunRecord>(json, $"{Name}, table runs"))
        .Where(record => record.Recording is not null)
        .OrderByDescending(record => record.Started).ToList());

    /// <inheritdoc />
    public void Dispose() => database.Dispose();

    private Manifest? Latest(SessionFilter filter) => database.Guard(() =>
    {
        SessionFilter withResult = filter with { WithResult = true };
        List<string> ids = database.Connection
            .Query<string>($"SELECT session FROM {SessionQuery.Clauses(withResult)}", SessionQuery.Parameters(withResult)).AsList();
        return (ids.Find(folders.Has) ?? ids.FirstOrDefault()) is { } latest ? TryGet(latest) : null;
    });

    /// <summary>Takes the steps that are missing, all in one transaction. True for a new database.</summary>
    private bool Prepare()
    {
        int version = Version();
        database.Configure();
        if (version == Schema.Steps.Count) return false;
        database.InTransaction(() =>
        {
            database.LockSchema();
            version = Version();    // another process may have been first
            foreach (SchemaStep step in Schema.Steps.Skip(version)) step.Take(database);
            database.WriteVersion(Schema.Steps.Count);
        });
        return version == 0;
    }

    private int Version()
    {
        int version = database.ReadVersion();
        return version <= Schema.Steps.Count ? version : throw new UsageException(
            $"{Name}: was written by a newer Harness (format {version}, this one knows {Schema.Steps.Count}); "
                + "use that one, or name another store");
    }

    /// <summary>
    /// Stores what sessions' folders have and the database lacks: all of it when the database is new, else what a kill, or a server out of
    /// reach, kept from being stored. A session that the database has as ended is complete there.
    /// </summary>
    private void TakeUp(string sessions, bool isNew, Action<string> notice)
    {
        IReadOnlyList<string> ids = folders.Ids();
        if (ids.Count == 0) return;
        HashSet<string> ended = database.Guard(() => database.Connection
            .Query<string>("SELECT session FROM sessions WHERE ended IS NOT NULL").ToHashSet());
        List<string> late = [];
        int records = 0;
        foreach (string id in ids.Where(id => !ended.Contains(Rows.Name(id))))
        {
            if (folders.Manifest(id) is not { } manifest) continue;
            string? stored = Stored(id);
            if (stored == RecordJson.Write(manifest)) continue;
            List<RunRecord> read = [.. folders.Records(manifest)];
            try
            {
                SaveSession(manifest, read);
            }
            catch (HarnessException e)
            {
                notice($"session {id} is not stored: {e.Message}");    // what is stored can be read all the same
                continue;
            }
            records += read.Count;
            if (stored is null || manifest.Ended is not null) late.Add(id);
        }
        if (isNew && records > 0) notice($"{Name} is new: it holds {records} records read from {sessions}");
        else if (late.Count > 0) notice($"{Name} lacked {records} records, which were read from {sessions}: {Few(late)}");
    }

    private string? Stored(string session) => database.Guard(() => database.Connection
        .ExecuteScalar<string?>("SELECT manifest FROM sessions WHERE session = @session", new { session = Rows.Name(session) }));

    private string Where(string session) => $"{Name}, session {session.ReplaceLineEndings(" ")}";

    private static string Few(List<string> ids) =>
        string.Join(", ", ids.Take(Named)) + (ids.Count > Named ? $" and {ids.Count - Named} more" : "");
}
