namespace Harness.Store;

/// <summary>
/// The database's tables, as the steps that led to them. A step is never changed once released: a new version adds one. The number of steps
/// done is kept in <c>PRAGMA user_version</c>.
/// </summary>
internal static class Schema
{
    /// <summary>Marks the file as ours (<c>PRAGMA application_id</c>): "HRNS" in ASCII.</summary>
    public const int ApplicationId = 0x48524E53;

    /// <summary>The steps, each taken in one transaction.</summary>
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE sessions (
            session  TEXT PRIMARY KEY,  -- id; sorts by time
            plan     TEXT NOT NULL,
            created  TEXT NOT NULL,     -- ISO 8601, UTC
            ended    TEXT,              -- NULL while runs are left
            manifest TEXT NOT NULL      -- the whole manifest as JSON
        ) WITHOUT ROWID;
        CREATE INDEX sessions_by_plan ON sessions (plan, session);

        CREATE TABLE runs (
            id             INTEGER PRIMARY KEY,
            session        TEXT NOT NULL,
            sequence       INTEGER NOT NULL,
            pair           INTEGER NOT NULL,
            arm            TEXT NOT NULL,
            target         TEXT NOT NULL,
            origin         TEXT NOT NULL,     -- measured, emulated, modelled, replayed
            state          TEXT NOT NULL,     -- done, failed, invalid
            failure        TEXT,
            started        TEXT NOT NULL,     -- ISO 8601, UTC
            window_seconds REAL NOT NULL,
            record         TEXT NOT NULL,     -- the whole record as JSON
            UNIQUE (session, sequence, arm, origin)
        );

        CREATE TABLE counters (
            run     INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            name    TEXT NOT NULL,
            unit    TEXT NOT NULL,
            value   REAL,              -- NULL when unsupported
            trust   TEXT NOT NULL,     -- counted, multiplexed, unsupported
            per_cpu TEXT,              -- JSON array in the order of the host's CPUs
            PRIMARY KEY (run, name)
        ) WITHOUT ROWID;
        CREATE INDEX counters_by_name ON counters (name, run);
        """,
    ];
}
