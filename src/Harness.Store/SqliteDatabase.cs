using System.Data.Common;
using System.Globalization;
using Dapper;
using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store;

/// <summary>A database in one file.</summary>
/// <param name="path">The file.</param>
internal sealed class SqliteDatabase(string path) : Database
{
    /// <summary>Marks the file as ours (<c>PRAGMA application_id</c>): "HRNS" in ASCII.</summary>
    private const int ApplicationId = 0x48524E53;

    private const int BusyTimeoutSeconds = 5;    // assumed: many times the longest transaction, one session

    // primary result codes, https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private readonly SqliteConnection connection = Open(path);

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    public override string Name => path;

    public override DbConnection Connection => connection;

    public override IReadOnlyDictionary<string, string> TypeWords { get; } = new Dictionary<string, string>
    {
        ["id"] = "INTEGER PRIMARY KEY",
        ["run"] = "INTEGER",
        ["ordered"] = "TEXT",
        ["real"] = "REAL",
        ["clustered"] = " WITHOUT ROWID",
    };

    /// <summary>Takes the only write lock there is at once, waiting for another process.</summary>
    protected override string Begin => "BEGIN IMMEDIATE";

    /// <summary>An open connection; pooling is off so that closing it closes the file.</summary>
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = BusyTimeoutSeconds,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override int ReadVersion()
    {
        long application = connection.ExecuteScalar<long>("PRAGMA application_id");
        int version = connection.ExecuteScalar<int>("PRAGMA user_version");
        long tables = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
        if (application != ApplicationId && (application != 0 || version != 0 || tables != 0))
            throw new UsageException(
                $"{path}: is another program's database; it was left as it is; move it away or set HARNESS_HOME to another folder");
        return version;
    }

    /// <summary>WAL lets others read while a run is stored; FULL makes each commit last through a power cut.</summary>
    public override void Configure() =>
        connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");

    public override void WriteVersion(int version) => connection.Execute(
        string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version};"));

    /// <summary>SQLite ends a transaction by itself on a full disk; then there is nothing to roll back.</summary>
    protected override void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Execute("ROLLBACK TRANSACTION");
    }

    public override T Guard<T>(Func<T> action) => Guard(path, action);

    /// <summary>The same before there is a connection.</summary>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            if (IsDamage(e)) Damaged.Note(path);
            throw new HostCannotException(e.SqliteErrorCode switch
            {
                Busy or Locked => $"{path}: another process has been writing for {BusyTimeoutSeconds} s; try again when it is done",
                Full => $"{path}: the disk is full; nothing stored before is lost; make room, or set HARNESS_HOME to another folder",
                ReadOnly or CannotOpen => $"{path}: cannot be opened for writing; "
                    + "check its owner and its folder's, or set HARNESS_HOME to another folder",
                IoError => $"{path}: reading or writing failed (SQLite {e.SqliteExtendedErrorCode}); check the disk and its free space",
                _ when IsDamage(e) => $"{path}: is damaged; the next start puts it aside and builds it again from the session folders",
                _ => $"{path}: {e.Message.ReplaceLineEndings(" ")}",
            }, e);
        }
    }

    /// <summary>True when the file's content is damaged or is no database at all.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is Corrupt or NotADatabase;

    public override void Dispose() => connection.Dispose();
}
