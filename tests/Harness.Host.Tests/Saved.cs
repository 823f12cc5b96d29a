using System.Runtime.CompilerServices;

namespace Harness.Host.Tests;

/// <summary>The saved files of real hosts (see Fixtures/README.md) and folders made for one test.</summary>
internal static class Saved
{
    public static readonly string[] Hosts = ["this", "vm-6.1", "vm-6.12"];

    public static string Root(string host) => Path.Combine(Folder(), "Fixtures", host);

    public static byte[] Bytes(string host, string path) => File.ReadAllBytes(Path.Join(Root(host), path));

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}

/// <summary>A made-up host below a temporary folder.</summary>
internal sealed class MadeHost : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("made-host").FullName;

    public MadeHost With(string path, string text)
    {
        string file = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
