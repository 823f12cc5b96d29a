using System.Text;
using Harness.Records;

namespace Harness.Targets.Kernels;

/// <summary>A kernel module, decompressed.</summary>
/// <param name="FileName">Its file name, ending in <c>.ko</c>.</param>
/// <param name="Content">The ELF object.</param>
internal sealed record KernelModule(string FileName, byte[] Content)
{
    /// <summary>Endings of module files, and the program that unpacks each with the package that has it.</summary>
    private static readonly (string Ending, string Program, string Package)[] Compressions =
    [
        (".ko", "", ""), (".ko.xz", "xz", "xz-utils"), (".ko.zst", "zstd", "zstd"), (".ko.gz", "gzip", "gzip"),
    ];

    /// <summary>
    /// Finds modules and all they depend on, each after what it needs; one that is built in (<c>modules.builtin</c>) is left out.
    /// </summary>
    /// <param name="folder">Searched with its subfolders; null when the kernel came without modules.</param>
    /// <param name="names">Modules by name (<c>virtio_blk</c>; <c>-</c> and <c>_</c> are the same).</param>
    /// <param name="searchPath">Where the unpackers are looked for.</param>
    /// <param name="cancel">Ends an unpacker.</param>
    /// <exception cref="RunFailedException">One is not there (<see cref="FailureKind.MissingModule"/>).</exception>
    public static async Task<IReadOnlyList<KernelModule>> ResolveAsync(
        string? folder, IReadOnlyList<string> names, string searchPath, CancellationToken cancel)
    {
        if (names.Count == 0) return [];
        Dictionary<string, string> files = [];
        HashSet<string> seen = [];
        if (folder is not null)
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*.ko*", SearchOption.AllDirectories)) files[NameOf(file)] = file;
            string[] builtIn = Directory.GetFiles(folder, "modules.builtin", SearchOption.AllDirectories);
            seen.UnionWith(builtIn.SelectMany(File.ReadLines).Select(NameOf));
        }

        List<KernelModule> ordered = [];
        foreach (string name in names) await AddAsync(name.Replace('-', '_'), name);
        return ordered;

        async Task AddAsync(string name, string neededBy)
        {
            if (!seen.Add(name)) return;
            if (!files.TryGetValue(name, out string? file))
            {
                string by = name == neededBy.Replace('-', '_') ? "" : $", which {neededBy} needs,";
                string where = folder ?? "this kernel's modules folder (it has none)";
                throw new RunFailedException(FailureKind.MissingModule, $"vm: module {name}{by} is not in {where}");
            }
            KernelModule module = await ReadAsync(file, searchPath, cancel);
            foreach (string dependency in module.Dependencies()) await AddAsync(dependency, name);
            ordered.Add(module);
        }
    }

    /// <summary>
    /// The names after <c>depends=</c> in the module's information section. That key stands there once, as a NUL-terminated string; the
    /// first such string that has the form of a list of names is taken.
    /// </summary>
    internal IReadOnlyList<string> Dependencies()
    {
        ReadOnlySpan<byte> key = "depends="u8;
        ReadOnlySpan<byte> rest = Content;
        for (int found = rest.IndexOf(key); found >= 0; found = rest.IndexOf(key))
        {
            rest = rest[(found + key.Length)..];
            int end = rest.IndexOf((byte)0);
            if (end < 0) break;
            string list = Encoding.Latin1.GetString(rest[..end]);
            if (list.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or ','))
            {
                return [.. list.Replace('-', '_').Split(',', StringSplitOptions.RemoveEmptyEntries)];
            }
        }
        return [];
    }

    private static async Task<KernelModule> ReadAsync(string file, string searchPath, CancellationToken cancel)
    {
        string name = NameOf(file) + ".ko";
        (string ending, string program, string package) =
            Compressions.FirstOrDefault(each => file.EndsWith(each.Ending, StringComparison.Ordinal));
        if (ending is null)
            throw new RunFailedException(FailureKind.MissingModule, $"vm: {file}: a compression other than xz, zstd and gzip");
        if (program.Length == 0) return new KernelModule(name, await File.ReadAllBytesAsync(file, cancel));
        Printed printed = await HostProgram.RunAsync(
            HostProgram.Require(program, package, searchPath), ["-dc", "--", file], folder: null, cancel);
        if (printed.ExitCode != 0)
            throw new RunFailedException(FailureKind.MissingModule, $"vm: {file} does not unpack: {printed.Error.Trim()}");
        return new KernelModule(name, printed.Output);
    }

    private static string NameOf(string file)
    {
        string name = Path.GetFileName(file);
        int ending = name.IndexOf(".ko", StringComparison.Ordinal);
        return (ending < 0 ? name : name[..ending]).Replace('-', '_');
    }
}
