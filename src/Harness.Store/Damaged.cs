using System.Globalization;
using Dapper;
using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store;

/// <summary>Finds a damaged database file and moves it out of the way. It is never deleted.</summary>
internal static class Damaged
{
    /// <summary>
    /// Up to so many bytes a file is looked through at every opening (measured: 0.1 s); a larger one only when a reader met damage.
    /// </summary>
    private const long LookedThrough = 64L << 20;

    /// <summary>True when SQLite finds the file's structure wrong, or the file is no database.</summary>
    public static bool IsDamaged(string path)
    {
        bool noted = File.Exists(Marker(path));
        bool whole = noted || new FileInfo(path).Length <= LookedThrough;
        try
        {
            using SqliteConnection connection = SqliteDatabase.Open(path);
            if (!whole) return connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master") < 0;
            bool damaged = connection.ExecuteScalar<string>("PRAGMA quick_check(1)") != "ok";
            if (noted && !damaged) File.Delete(Marker(path));
            return damaged;
        }
        catch (SqliteException e) when (SqliteDatabase.IsDamage(e))
        {
            return true;
        }
    }

    /// <summary>Has the next opening look through the whole file.</summary>
    public static void Note(string path)
    {
        try
        {
            File.WriteAllText(Marker(path), "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the disk takes nothing; the reader that meets the damage next tries again
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
            File.Delete(Marker(path));
            return aside;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{path}: is damaged and cannot be renamed to {aside}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static string Marker(string path) => path + ".damaged";
}
