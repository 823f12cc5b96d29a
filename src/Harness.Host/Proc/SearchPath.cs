namespace Harness.Host.Proc;

/// <summary>Where programs of this host are looked for.</summary>
public static class SearchPath
{
    /// <summary>This process's search path: folders separated by colons.</summary>
    public static string Own => Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>A program's full path, or null when it is in none of the folders.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="folders">Folders separated by colons.</param>
    public static string? Find(string name, string folders) =>
        folders.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
