using System.Text;
using System.Text.RegularExpressions;
using Harness.Records;

namespace Harness.Targets.Kernels;

/// <summary>apt's and dpkg's answers about one kernel version. Nothing is installed and no list of the host's is changed.</summary>
internal sealed partial class AptPackages(string version, string searchPath)
{
    /// <summary>What to do where Debian's kernels cannot be had.</summary>
    public const string OwnKernel = "name a kernel of your own with vm:/path/to/bzImage";

    /// <summary>The version, as <c>6.12</c>.</summary>
    public string Version => version;

    /// <summary>
    /// Whether a package is an image of that version: <c>linux-image-6.1.0-56-cloud-amd64</c> is one of 6.1, not of 6.12.
    /// </summary>
    public static bool IsImage(string package, string version) =>
        package.StartsWith($"linux-image-{version}.", StringComparison.Ordinal)
            && package.EndsWith("-cloud-amd64", StringComparison.Ordinal);

    /// <summary>Orders package names by their numbers: <c>-9-</c> before <c>-56-</c>.</summary>
    public static string SortKey(string package) => Digits().Replace(package, number => number.Value.PadLeft(10, '0'));

    /// <summary>The image that one of the answers' meta-packages depends on.</summary>
    /// <param name="shown">What <c>apt-cache show</c> printed.</param>
    /// <param name="version">The version wanted.</param>
    /// <returns>The package's name, or null when no dependency is an image of that version.</returns>
    public static string? ImageIn(string shown, string version)
    {
        foreach (string line in shown.Split('\n'))
        {
            if (!line.StartsWith("Depends:", StringComparison.Ordinal)) continue;
            foreach (Match name in ImageName().Matches(line))
            {
                if (IsImage(name.Value, version)) return name.Value;
            }
        }
        return null;
    }

    /// <summary>
    /// The current image package of the version. Its name moves every few weeks and is taken from a meta-package: the one of that version
    /// (Debian 12 has 6.12 so), else the release's default (6.1 on Debian 12, 6.12 on Debian 13).
    /// </summary>
    public async Task<string> ResolveAsync(CancellationToken cancel)
    {
        string aptCache = Require("apt-cache");
        foreach (string meta in (string[])[$"linux-image-{version}-cloud-amd64", "linux-image-cloud-amd64"])
        {
            Printed shown = await HostProgram.RunAsync(aptCache, ["show", "--no-all-versions", "--", meta], folder: null, cancel);
            if (shown.ExitCode == 0 && ImageIn(Encoding.UTF8.GetString(shown.Output), version) is { } image) return image;
        }
        throw new HostCannotException(
            $"vm:{version}: this host's package lists have no Debian cloud kernel {version}; run apt-get update as root, or {OwnKernel}");
    }

    /// <summary>Downloads a package into a folder and unpacks it there.</summary>
    /// <returns>The folder that stands for the package's root.</returns>
    public async Task<string> UnpackAsync(string package, string folder, CancellationToken cancel)
    {
        string[] options =
        [
            "-q", "-o", "APT::Get::AllowUnauthenticated=false", "-o", "Acquire::AllowInsecureRepositories=false",
            "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20",
        ];
        Printed downloaded = await HostProgram.RunAsync(Require("apt-get"), [.. options, "download", "--", package], folder, cancel);
        string[] files = Directory.GetFiles(folder, "*.deb");
        if (downloaded.ExitCode != 0 || files is not [var file]
            || downloaded.Error.Contains("cannot be authenticated", StringComparison.Ordinal))
        {
            throw new HostCannotException(
                $"vm:{version}: {package} could not be downloaded ({Reason(downloaded.Error)}); "
                + $"check the network, run apt-get update as root, or {OwnKernel}");
        }
        string root = Path.Combine(folder, "root");
        Printed unpacked = await HostProgram.RunAsync(Require("dpkg-deb"), ["-x", "--", file, root], folder: null, cancel);
        if (unpacked.ExitCode != 0) throw new HostCannotException($"vm:{version}: {package} does not unpack ({Reason(unpacked.Error)})");
        return root;
    }

    /// <summary>The first error of apt's or dpkg's, as one line.</summary>
    internal static string Reason(string errors)
    {
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string line = lines.FirstOrDefault(each => each.StartsWith("E: ", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? "no reason given";
        return line.StartsWith("E: ", StringComparison.Ordinal) ? line[3..] : line;
    }

    private string Require(string program) => HostProgram.Find(program, searchPath)
        ?? throw new HostCannotException($"vm:{version}: this host has no {program} to fetch Debian's kernel with; {OwnKernel}");

    [GeneratedRegex(@"linux-image-[a-z0-9.+~-]+")]
    private static partial Regex ImageName();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
