using System.Security.Cryptography;
using System.Text;
using Harness.Records;
using Harness.Targets.Kernels;

namespace Harness.Targets.Images;

/// <summary>
/// The initramfs of a guest: busybox, the init script, the agent with the C runtime it needs, the workload programs, and the modules asked
/// for. Built once for each set of inputs and kept in the cache folder under the hash of their content.
/// </summary>
internal static class GuestImage
{
    private const string AgentProgram = "harness-agent";

    /// <summary>An image that nobody used for so long is deleted (assumed: a week of work on one build).</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Parts of a published agent that a guest has no use for: debugger, other collectors, tracing, documentation.</summary>
    private static readonly string[] LeftOut =
    [
        "createdump", "libmscordaccore.so", "libmscordbi.so", "libclrgc.so", "libclrgcexp.so", "libcoreclrtraceptprovider.so",
        "libSystem.Security.Cryptography.Native.OpenSsl.so", "libSystem.Net.Security.Native.so",
    ];

    /// <summary>Gives the image's path, building it when the cache does not have it.</summary>
    /// <param name="folders">Cache and workload programs.</param>
    /// <param name="agentFolder">The published agent.</param>
    /// <param name="modules">Modules in the order they are to be loaded.</param>
    /// <param name="searchPath">Where busybox is looked for.</param>
    /// <exception cref="HostCannotException">The agent, busybox, a library or room on the disk is missing.</exception>
    public static string Build(Folders folders, string agentFolder, IReadOnlyList<KernelModule> modules, string searchPath)
    {
        if (!File.Exists(Path.Combine(agentFolder, AgentProgram)))
        {
            throw new HostCannotException(
                $"vm: {agentFolder} holds no {AgentProgram}; "
                + $"publish it with: dotnet publish src/Harness.Agent -c Release -o {agentFolder}");
        }
        string cache = Cache(folders);
        try
        {
            List<Entry> entries =
                [.. Inputs(folders, agentFolder, modules, searchPath).OrderBy(entry => entry.Path, StringComparer.Ordinal)];
            string image = Path.Combine(cache, $"{Hash(entries)}.cpio");
            Directory.CreateDirectory(cache);
            if (File.Exists(image)) File.SetLastWriteTimeUtc(image, DateTime.UtcNow);
            else Write(entries, image);
            DeleteOld(cache);
            return image;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"vm: cannot build the guest's image in {cache}: {e.Message}", e);
        }
    }

    /// <summary>The folder for what guests are made of.</summary>
    internal static string Cache(Folders folders) => Path.Combine(folders.Cache, "guests");

    private static void DeleteOld(string cache)
    {
        foreach (FileSystemInfo old in new DirectoryInfo(cache).EnumerateFileSystemInfos())
        {
            if (DateTime.UtcNow - old.LastWriteTimeUtc <= Kept) continue;
            // a folder is what a killed harness left of a guest's disk
            if (old is DirectoryInfo folder) folder.Delete(recursive: true);
            else old.Delete();
        }
    }

    private static IEnumerable<Entry> Inputs(Folders folders, string agentFolder, IReadOnlyList<KernelModule> modules, string searchPath)
    {
        yield return new Entry("bin/busybox", File.ReadAllBytes(HostProgram.Require("busybox", "busybox-static", searchPath)));
        yield return new Entry("init", Init());
        foreach (string file in Directory.EnumerateFiles(agentFolder))
        {
            string name = Path.GetFileName(file);
            bool needed = !LeftOut.Contains(name) && Path.GetExtension(name) is not (".xml" or ".pdb");
            if (needed) yield return new Entry($"agent/{name}", File.ReadAllBytes(file));
        }
        foreach (string library in SharedLibraries.Resolve())
        {
            string folder = Path.GetFileName(library) == SharedLibraries.Loader ? "lib64" : "lib";
            yield return new Entry($"{folder}/{Path.GetFileName(library)}", File.ReadAllBytes(library));
        }
        foreach (string program in Directory.Exists(folders.Programs) ? Directory.EnumerateFiles(folders.Programs) : [])
        {
            yield return new Entry($"workloads/{Path.GetFileName(program)}", File.ReadAllBytes(program));
        }
        foreach (KernelModule module in modules) yield return new Entry($"modules/{module.FileName}", module.Content);
        yield return new Entry("modules/order", Encoding.UTF8.GetBytes(string.Concat(modules.Select(module => module.FileName + "\n"))));
    }

    private static string Hash(List<Entry> entries)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Entry entry in entries)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Path}\0{entry.Content.Length}\0"));
            hash.AppendData(entry.Content);
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 16));
    }

    private static void Write(List<Entry> entries, string image)
    {
        string partial = $"{image}.{Guid.NewGuid():n}";
        try
        {
            using (FileStream file = File.Create(partial))
            using (CpioWriter archive = new(file))
            {
                foreach (string mountPoint in (string[])["dev", "proc", "sys", "tmp"]) archive.AddFolder(mountPoint);
                archive.AddDevice("dev/console", major: 5, minor: 1);
                foreach (Entry entry in entries) archive.AddFile(entry.Path, entry.Content);
            }
            File.Move(partial, image, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static byte[] Init()
    {
        using Stream script = typeof(GuestImage).Assembly.GetManifestResourceStream("init.sh")!;
        byte[] bytes = new byte[script.Length];
        script.ReadExactly(bytes);
        return bytes;
    }

    private sealed record Entry(string Path, byte[] Content);
}
