using Harness.Records;

namespace Harness.Targets.Images;

/// <summary>The host's C and C++ runtime, which a self-contained .NET program still takes from its system.</summary>
internal static class SharedLibraries
{
    /// <summary>The program interpreter; its place in the image is fixed by the programs that name it.</summary>
    public const string Loader = "ld-linux-x86-64.so.2";

    /// <summary>
    /// What the .NET runtime and its native parts link to. libdl, libpthread and librt are empty since glibc 2.34 but still named.
    /// </summary>
    private static readonly string[] Names =
    [
        Loader, "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libgcc_s.so.1", "libstdc++.so.6",
    ];

    private static readonly string[] Places =
    [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
    ];

    /// <summary>Path of each library on this host.</summary>
    /// <exception cref="HostCannotException">One is nowhere to be found.</exception>
    public static IReadOnlyList<string> Resolve() => [.. Names.Select(Find)];

    private static string Find(string name) =>
        Places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists)
        ?? throw new HostCannotException(
            $"vm: {name} is in none of {string.Join(", ", Places)}; "
            + "a guest needs the x86-64 C runtime (packages libc6, libgcc-s1, libstdc++6)");
}
