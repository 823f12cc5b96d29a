using System.Globalization;
using Dapper;
using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store;

/// <summary>Finds a damaged database and moves it out of the way. It is never deleted.</summary>
internal static class Damaged
{
    /// <summary>True when SQLite finds the file's structure wrong, or the file is no database.</summary>
    public static bool IsDamaged(string path)
    {
        try
        {
            using SqliteConnection connection = Sqlite.Open(path);
            return connection.ExecuteScalar<string>("PRAGMA quick_check(1)") != "ok";
        }
        catch (SqliteException e) when (Sqlite.IsDamage(e))
        {
            return true;
        }
    }

    /// <summary>Renames the database and its -wal and -shm so that they still belong together, and gives the new name.</summary>
    /// <exception cref="HostCannotException">It cannot be renamed.</exception>
    public static string PutAside(string path, DateTimeOffset now)
    {
        string stamp = string.Create(CultureInfo.InvariantCulture, $"{path}.corrupt-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        string aside = stamp;
        for (int number = 2; File.Exists(aside); number++) aside = string.Create(CultureInfo.InvariantCulture, $"{stamp}-{number}");
        try
        {
            foreach (string part in (string[])["", "-wal", "-shm"])
            {
                if (File.Exists(path + part)) File.Move(path + part, aside + part);
            }
            return aside;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{path}: is damaged and cannot be renamed to {aside}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
