using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store;

/// <summary>Opens the database file and turns SQLite's errors into the line a user reads.</summary>
internal static class Sqlite
{
    private const int BusyTimeoutSeconds = 5;    // assumed: many times the longest transaction, one record

    // primary result codes, https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    static Sqlite() => SQLitePCL.Batteries_V2.Init();

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

    /// <summary>True when the file's content is damaged or is no database at all.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Runs an action on the database; SQLite's errors leave as one clear line.</summary>
    /// <exception cref="HostCannotException">The database cannot be used now; the message says why and what to do.</exception>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
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
}
