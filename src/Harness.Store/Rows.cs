using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Harness.Records;

namespace Harness.Store;

/// <summary>
/// Writes sessions, runs and calibrations as rows, in the transaction under way. The JSON in a row is the whole and exact; the columns are
/// for looking up, so that names which no database takes are put into words it does take (<see cref="Text"/>).
/// </summary>
/// <param name="connection">The open connection.</param>
internal sealed class Rows(DbConnection connection)
{
    /// <summary>
    /// Names in columns with an index are cut here: PostgreSQL takes 2,700 bytes a key, and three of these make one. Assumed.
    /// </summary>
    private const int LongestName = 200;

    /// <summary>A session, or its newer state.</summary>
    /// <exception cref="UsageException">Another session of that id is there: another box's, begun within the same second.</exception>
    public void Put(Manifest manifest)
    {
        int rows = connection.Execute(
            """
            INSERT INTO sessions (session, plan, created, ended, manifest) VALUES (@session, @plan, @created, @ended, @json)
            ON CONFLICT (session) DO UPDATE SET plan = excluded.plan, ended = excluded.ended, manifest = excluded.manifest
            WHERE sessions.created = excluded.created
            """,
            new
            {
                session = Name(manifest.Session),
                plan = Name(manifest.Plan),
                created = Time(manifest.Created),
                ended = manifest.Ended is { } ended ? Time(ended) : null,
                json = RecordJson.Write(manifest),
            });
        if (rows == 0)
            throw new UsageException(
                $"another session called {manifest.Session} is stored already, which began at another moment; it was left as it is");
        Describe(Name(manifest.Session), manifest);
    }

    /// <summary>The columns that a session is looked up by.</summary>
    public void Describe(string session, Manifest manifest) => connection.Execute(
        """
        UPDATE sessions SET shape = @shape, altered = @Altered, same_arm = @sameArm, box = @box, nightly = @Nightly, accepted = @accepted
        WHERE session = @session
        """,
        new
        {
            session,
            shape = NameOrNull(manifest.Shape),
            manifest.Altered,
            sameArm = Text(manifest.SameArm),
            box = NameOrNull(manifest.Box),
            manifest.Nightly,
            accepted = Text(manifest.Accepted),
        });

    /// <summary>
    /// A run's record. One of the same session, sequence, arm and origin is replaced: that was an earlier attempt at the same run.
    /// </summary>
    public void Put(RunRecord record)
    {
        RunRequest request = record.Request;
        long run = connection.ExecuteScalar<long>(
            """
            INSERT INTO runs (session, sequence, pair, arm, target, origin, state, failure, started, window_seconds, record)
            VALUES (@session, @Sequence, @Pair, @arm, @target, @origin, @state, @failure, @started, @WindowSeconds, @json)
            ON CONFLICT (session, sequence, arm, origin) DO UPDATE SET
                pair = excluded.pair, target = excluded.target, state = excluded.state, failure = excluded.failure,
                started = excluded.started, window_seconds = excluded.window_seconds, record = excluded.record
            RETURNING id
            """,
            new
            {
                session = Name(request.Session),
                request.Sequence,
                request.Pair,
                arm = Name(request.Arm),
                target = Text(record.Target),
                origin = Word(record.Origin),
                state = Word(record.State),
                failure = record.Failure is { } failure ? Word(failure) : null,
                started = Time(record.Started),
                record.WindowSeconds,
                json = RecordJson.Write(record),
            });
        connection.Execute("DELETE FROM counters WHERE run = @run", new { run });
        Insert("counters", ["run", "name", "unit", "value", "trust", "per_cpu"], record.Counters
            .Select(c => (object?[])[run, Name(c.Name), Text(c.Unit), c.Value, Word(c.Trust), PerCpu(c)]));
        Describe(run, record);
    }

    /// <summary>What else a run is looked up by: its kernel, environment, timeline and recording.</summary>
    public void Describe(long run, RunRecord record)
    {
        string? kernel = NameOrNull(record.Host?.KernelRelease);
        connection.Execute("UPDATE runs SET kernel = @kernel WHERE id = @run", new { run, kernel });
        connection.Execute("DELETE FROM environments WHERE run = @run", new { run });
        Insert("environments", ["run", "name", "value"], record.Environment.Select(e => (object?[])[run, Name(e.Key), Text(e.Value)]));
        connection.Execute("DELETE FROM timelines WHERE run = @run", new { run });
        if (record.Timeline is { } timeline)
        {
            Insert("timelines", ["run", "counter", "unit", "note", "samples"], timeline.Series
                .Select(s => (object?[])[run, Name(s.Counter), Text(s.Unit), Text(s.Note), Samples(timeline, s)]));
        }
        if (record.Recording is { } recording) Put(record.Request, recording);
    }

    /// <summary>Constants as <c>calibrate</c> fitted them.</summary>
    public void Put(FittedConstants constants, string box) => connection.Execute(
        """
        INSERT INTO calibrations (fitted, box, origin, model, held_out, constants) VALUES (@fitted, @box, @origin, @model, @heldOut, @json)
        ON CONFLICT (fitted, box) DO UPDATE SET origin = excluded.origin, model = excluded.model, held_out = excluded.held_out,
            constants = excluded.constants
        """,
        new
        {
            fitted = Time(constants.Fitted),
            box = Name(box),
            origin = Word(constants.Origin),
            model = Text(constants.Model),
            heldOut = constants.Wmape.HeldOut,
            json = RecordJson.Write(constants),
        });

    private void Put(RunRequest request, RecordingSummary recording) => connection.Execute(
        """
        INSERT INTO recordings (session, sequence, arm, path, checksum, bytes, events)
        VALUES (@session, @Sequence, @arm, @path, @checksum, @Bytes, @Events)
        ON CONFLICT (session, sequence, arm) DO UPDATE SET path = excluded.path, checksum = excluded.checksum, bytes = excluded.bytes,
            events = excluded.events
        """,
        new
        {
            session = Name(request.Session),
            request.Sequence,
            arm = Name(request.Arm),
            path = Text(request.Recording?.Path) ?? "",
            checksum = Text(recording.Checksum),
            recording.Bytes,
            recording.Events,
        });

    /// <summary>
    /// Inserts rows many at a time, a journey to a server each. The first two values are the key; of equal ones the last counts.
    /// </summary>
    private void Insert(string table, string[] columns, IEnumerable<object?[]> rows)
    {
        const int AtATime = 500;    // times six columns: far below the 32,766 parameters that SQLite takes
        Dictionary<(object?, object?), object?[]> unique = [];
        foreach (object?[] row in rows) unique[(row[0], row[1])] = row;
        foreach (object?[][] part in unique.Values.Chunk(AtATime))
        {
            using DbCommand command = connection.CreateCommand();
            IEnumerable<string> tuples = part.Select(row => $"({string.Join(", ", row.Select(value => Add(command, value)))})");
            command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES {string.Join(", ", tuples)}";
            command.ExecuteNonQuery();
        }
    }

    private static string Add(DbCommand command, object? value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{command.Parameters.Count}");
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    private static string? PerCpu(Counter counter) => counter.PerCpu is { } parts ? JsonSerializer.Serialize(parts) : null;

    private static string Samples(Timeline timeline, TimelineSeries series) =>
        JsonSerializer.Serialize(series.Values.Select((value, i) => new[] { timeline.Seconds[i], value }));

    /// <summary>A moment as text that sorts by time.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A name as its column holds it.</summary>
    public static string Name(string name) => NameOrNull(name)!;

    /// <summary>The same for one that may be missing.</summary>
    public static string? NameOrNull(string? name) => Text(name) is { Length: > LongestName } text ? text[..LongestName] : Text(name);

    /// <summary>
    /// Text as a column holds it: U+0000, which PostgreSQL's text cannot hold, as U+2400, the picture of it; half a surrogate pair, which
    /// UTF-8 cannot hold, as U+FFFD.
    /// </summary>
    private static string? Text(string? text) =>
        text is null ? null : string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? "\u2400" : rune.ToString()));

    /// <summary>The word that the JSON form has for the value.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
