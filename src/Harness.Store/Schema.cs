using Dapper;

namespace Harness.Store;

/// <summary>
/// The tables, as the steps that led to them, for both databases. A step is never changed once released: a new version adds one. A word in
/// braces is the database's own (<see cref="Database.TypeWords"/>); the rest means the same in both.
/// </summary>
internal static class Schema
{
    /// <summary>The PostgreSQL schema that holds the tables.</summary>
    public const string PostgresSchema = "harness";

    /// <summary>The steps; all that are missing are taken in one transaction.</summary>
    public static readonly IReadOnlyList<SchemaStep> Steps =
    [
        new SchemaStep("""
        CREATE TABLE sessions (
            session  {ordered} PRIMARY KEY,  -- id; sorts by time
            plan     {ordered} NOT NULL,
            created  {ordered} NOT NULL,     -- ISO 8601, UTC
            ended    TEXT,              -- NULL while runs are left
            manifest TEXT NOT NULL      -- the whole manifest as JSON
        ){clustered};
        CREATE INDEX sessions_by_plan ON sessions (plan, session);

        CREATE TABLE runs (
            id             {id},
            session        {ordered} NOT NULL,
            sequence       INTEGER NOT NULL,
            pair           INTEGER NOT NULL,
            arm            {ordered} NOT NULL,
            target         TEXT NOT NULL,
            origin         {ordered} NOT NULL,     -- measured, emulated, modelled, replayed
            state          TEXT NOT NULL,     -- done, failed, invalid
            failure        TEXT,
            started        TEXT NOT NULL,     -- ISO 8601, UTC
            window_seconds {real} NOT NULL,
            record         TEXT NOT NULL,     -- the whole record as JSON
            UNIQUE (session, sequence, arm, origin)
        );

        CREATE TABLE counters (
            run     {run} NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            name    {ordered} NOT NULL,
            unit    TEXT NOT NULL,
            value   {real},              -- NULL when unsupported
            trust   TEXT NOT NULL,     -- counted, multiplexed, unsupported
            per_cpu TEXT,              -- JSON array in the order of the host's CPUs
            PRIMARY KEY (run, name)
        ){clustered};
        CREATE INDEX counters_by_name ON counters (name, run);
        """),
        new SchemaStep("""
        ALTER TABLE sessions ADD COLUMN shape TEXT;             -- NULL for the plan's own, and for none (altered)
        ALTER TABLE sessions ADD COLUMN altered BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE sessions ADD COLUMN same_arm TEXT;          -- of an A/A session
        ALTER TABLE sessions ADD COLUMN box {ordered};
        ALTER TABLE sessions ADD COLUMN nightly BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE sessions ADD COLUMN accepted TEXT;          -- why its levels are the new normal
        CREATE INDEX sessions_by_history ON sessions (plan, box, session);

        ALTER TABLE runs ADD COLUMN kernel TEXT;                -- the release; NULL on the model

        CREATE TABLE environments (
            run   {run} NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            name  {ordered} NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (run, name)
        ){clustered};
        CREATE INDEX environments_by_name ON environments (name, run);

        CREATE TABLE timelines (
            run     {run} NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            counter {ordered} NOT NULL,
            unit    TEXT NOT NULL,
            note    TEXT,              -- why there are no samples
            samples TEXT NOT NULL,     -- JSON array of [seconds since the window began, total since then]
            PRIMARY KEY (run, counter)
        ){clustered};

        CREATE TABLE recordings (
            session  {ordered} NOT NULL,
            sequence INTEGER NOT NULL,
            arm      {ordered} NOT NULL,
            path     TEXT NOT NULL,
            checksum TEXT,             -- SHA-256 of the file; NULL in records of an earlier version
            bytes    BIGINT NOT NULL,
            events   BIGINT NOT NULL,
            PRIMARY KEY (session, sequence, arm)
        ){clustered};

        CREATE TABLE calibrations (
            fitted    {ordered} NOT NULL,   -- ISO 8601, UTC
            box       {ordered} NOT NULL,   -- that fitted
            origin    TEXT NOT NULL,        -- of the runs fitted to
            model     TEXT NOT NULL,        -- the build
            held_out  {real},               -- weighted error over the rows held out
            constants TEXT NOT NULL,        -- the whole file of constants as JSON
            PRIMARY KEY (fitted, box)
        ){clustered};
        """)
        { Fill = Backfill.StepTwo },
    ];
}

/// <summary>One step.</summary>
/// <param name="Text">Its statements.</param>
internal sealed record SchemaStep(string Text)
{
    /// <summary>Fills what the step added from what was there before; null when there is nothing to fill.</summary>
    public Action<Database>? Fill { get; init; }

    /// <summary>Takes the step, in the transaction under way.</summary>
    public void Take(Database database)
    {
        string statements = Text;
        foreach ((string word, string type) in database.TypeWords)
            statements = statements.Replace($"{{{word}}}", type, StringComparison.Ordinal);
        database.Connection.Execute(statements);
        Fill?.Invoke(database);
    }
}
