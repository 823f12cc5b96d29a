namespace Harness.EndToEnd;

/// <summary>The checkout the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Source => Path.Combine(Root, "src");

    private static string Find()
    {
        for (string? up = AppContext.BaseDirectory; up is not null; up = Path.GetDirectoryName(up))
        {
            if (File.Exists(Path.Combine(up, "Harness.sln"))) return up;
        }
        throw new InvalidOperationException($"no Harness.sln above {AppContext.BaseDirectory}");
    }
}
