namespace Harness.Records;

/// <summary>
/// Where things live. Results, journal and plans in progress: <c>HARNESS_HOME</c>, else <c>/var/lib/harness</c> as root, else
/// <c>$XDG_DATA_HOME/harness</c> or <c>~/.local/share/harness</c>. Downloads: <c>$XDG_CACHE_HOME/harness</c> or <c>~/.cache/harness</c>.
/// The project's own files: <c>HARNESS_ROOT</c>, else the first folder above the program that holds <c>Harness.sln</c>.
/// </summary>
public sealed record Folders
{
    /// <summary>Results, journal, plans in progress.</summary>
    public required string Home { get; init; }

    /// <summary>Downloads and what is built from them; may be deleted at any time.</summary>
    public required string Cache { get; init; }

    /// <summary>The project's root: <c>workloads/</c> with the descriptors and plans lies below it.</summary>
    public required string Root { get; init; }

    /// <summary>
    /// The compiled workload programs: <c>HARNESS_WORKLOADS</c>, else <c>artifacts/workloads</c> below <see cref="Root"/>.
    /// </summary>
    public required string Programs { get; init; }

    /// <summary>The workload descriptors, one folder each.</summary>
    public string Workloads => Path.Combine(Root, "workloads");

    /// <summary>The plans shipped with the project.</summary>
    public string Plans => Path.Combine(Root, "workloads", "plans");

    /// <summary>The machines of the published experiments.</summary>
    public string Machines => Path.Combine(Root, "workloads", "machines");

    /// <summary>The published figures that the model is held against.</summary>
    public string Published => Path.Combine(Root, "workloads", "published");

    /// <summary>One folder a session: manifest, records as JSON, logs, report.</summary>
    public string Sessions => Path.Combine(Home, "sessions");

    /// <summary>Results of plans simulated at scale, one file each, and the states of interrupted ones.</summary>
    public string Scaled => Path.Combine(Home, "scaled");

    /// <summary>The folders as this process's environment has them. Creates none.</summary>
    public static Folders FromEnvironment()
    {
        string user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string home = Variable("HARNESS_HOME")
            ?? (Environment.IsPrivilegedProcess
                ? "/var/lib/harness"
                : Path.Combine(Variable("XDG_DATA_HOME") ?? Path.Combine(user, ".local", "share"), "harness"));
        string cache = Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "harness");
        string root = Variable("HARNESS_ROOT") ?? RootAbove(AppContext.BaseDirectory);
        return new Folders
        {
            Home = Path.GetFullPath(home),
            Cache = Path.GetFullPath(cache),
            Root = root,
            Programs = Variable("HARNESS_WORKLOADS") ?? Path.Combine(root, "artifacts", "workloads"),
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string RootAbove(string folder)
    {
        for (string? up = folder; up is not null; up = Path.GetDirectoryName(up))
        {
            if (File.Exists(Path.Combine(up, "Harness.sln"))) return up;
        }
        return folder;
    }
}
