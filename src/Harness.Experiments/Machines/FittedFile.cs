using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>Files of fitted constants: the one that comes with the project, the one fitted on this host, any other by its path.</summary>
public static class FittedFile
{
    private const string Name = "emulated-guest.json";

    /// <summary>Where <c>calibrate</c> leaves the constants of emulated guests on this host.</summary>
    public static string OfThisHost(Folders folders) => Path.Combine(folders.Home, Name);

    /// <summary>
    /// The constants for emulated guests: of the named file, else this host's own, else those that come with the project.
    /// </summary>
    /// <param name="folders">Where they are.</param>
    /// <param name="path">A file; null for the first there is.</param>
    /// <returns>The constants and their file, or null when nothing was fitted yet.</returns>
    /// <exception cref="UsageException">The file cannot be taken; the message says why.</exception>
    public static (FittedConstants Constants, string File)? Find(Folders folders, string? path)
    {
        string? file = path ?? new[] { OfThisHost(folders), Path.Combine(folders.Machines, Name) }.FirstOrDefault(File.Exists);
        return file is null ? null : (RecordJson.Read<FittedConstants>(InputFile.Read(file), file), file);
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="HostCannotException">It cannot be written.</exception>
    public static void Write(string path, FittedConstants constants)
    {
        SessionFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SessionFile.Write(path, RecordJson.WriteIndented(constants));
    }
}
