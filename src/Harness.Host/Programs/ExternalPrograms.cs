using Harness.Host.Knobs;
using Harness.Host.Proc;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Programs;

/// <summary>Where somebody else's program is on this host.</summary>
public static class ExternalPrograms
{
    /// <summary>The program's full path: the one that was given, else the first of its name on the search path.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="program">What is known of it.</param>
    /// <param name="folders">The search path: folders separated by colons.</param>
    /// <exception cref="UsageException">The given path or name is none.</exception>
    /// <exception cref="HostCannotException">It is not there, or not executable; the message says how it can be had.</exception>
    public static string Find(string name, ExternalProgram program, string folders)
    {
        string shown = PlainText.OneLine(name, 100);
        if (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Any(char.IsControl))
            throw new UsageException($"external program '{shown}': give its plain name, and its path apart from it");
        if (program.Path is { } given && (!given.StartsWith('/') || given.Any(char.IsControl)))
            throw new UsageException($"external program '{shown}': its path must be absolute");
        string how = $"{PlainText.OneLine(program.Install, 300)}, or give --program {shown}=/PATH";
        string path = program.Path ?? SearchPath.Find(name, folders)
            ?? throw new HostCannotException($"program '{shown}' is in no folder of PATH on this host; {how}");
        if (!File.Exists(path)) throw new HostCannotException($"program {path} is not on this host; {how}");
        return HostFile.MayExecute(path) ? path : throw new HostCannotException($"program {path} is not executable");
    }
}
