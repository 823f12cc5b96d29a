using System.Security.Cryptography;
using Harness.Host.Proc;
using Harness.Host.Programs;
using Harness.Records;

namespace Harness.Targets;

/// <summary>Adds to a record's environment what only the side that asked for the run knows.</summary>
internal static class Surroundings
{
    /// <summary>The record with further names; the record's own win.</summary>
    public static RunRecord With(RunRecord record, IEnumerable<KeyValuePair<string, string>> more)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal);
        foreach ((string name, string value) in more.Concat(record.Environment)) all[name] = value;
        return record with { Environment = all };
    }

    /// <summary>The workload program that the run executed, by its content.</summary>
    /// <exception cref="HostCannotException">It cannot be read.</exception>
    public static KeyValuePair<string, string> Workload(RunRequest request, Folders folders) => new("workload.sha256", HashOf(
        request.Command.External is { } external
            ? ExternalPrograms.Find(request.Command.Program, external, SearchPath.Own)
            : Path.Combine(folders.Programs, request.Command.Program)));

    /// <summary>SHA-256 of a file in lower-case hexadecimal.</summary>
    /// <exception cref="HostCannotException">It cannot be read.</exception>
    public static string HashOf(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{file} cannot be read: {e.Message}", e);
        }
    }
}
