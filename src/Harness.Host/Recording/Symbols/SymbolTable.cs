using System.Buffers.Text;
using System.Text;
using Harness.Host.Proc;

namespace Harness.Host.Recording.Symbols;

/// <summary>
/// The symbols that probes ask for, picked from /proc/kallsyms as it goes by: it is 4 to 7 MB of a small guest's memory otherwise. Symbols
/// of modules are passed over.
/// </summary>
internal sealed class SymbolTable
{
    // Longest symbol 512 bytes (published: KSYM_NAME_LEN), and an address, a letter and a module's name.
    private const int LineRoom = 64 * 1024;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> wanted;
    private readonly Dictionary<string, KernelFunction> found = new(StringComparer.Ordinal);

    private SymbolTable(IEnumerable<string> names) =>
        wanted = new HashSet<string>(names, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads the symbols of some names, with or without a suffix behind a point.</summary>
    /// <param name="kallsyms">As /proc/kallsyms.</param>
    /// <param name="traceable">As available_filter_functions of tracefs; null when the kernel has none, and then each may be tried.</param>
    /// <param name="names">The names, without suffixes.</param>
    public static SymbolTable Read(Stream kallsyms, Stream? traceable, IEnumerable<string> names)
    {
        SymbolTable table = new(names);
        table.ReadSymbols(kallsyms);
        if (traceable is not null) table.MarkTraceable(traceable);
        return table;
    }

    /// <summary>The symbol of exactly this name, or null.</summary>
    public KernelFunction? Find(string name) => found.GetValueOrDefault(name);

    /// <summary>
    /// The functions of this name. Clones are those whose arguments are fewer (isra) or in part constant (constprop); a part of it or a
    /// cold half is none.
    /// </summary>
    public IEnumerable<KernelFunction> Named(string name, bool clones) => found.Values.Where(
        symbol => symbol.Name == name
            || clones && (symbol.Name.StartsWith($"{name}.isra.", StringComparison.Ordinal)
                || symbol.Name.StartsWith($"{name}.constprop.", StringComparison.Ordinal)));

    private void ReadSymbols(Stream kallsyms)
    {
        // The kernel lists its own symbols by address, so what follows a function ends it.
        List<KernelFunction> open = [];
        EachLine(kallsyms, line =>
        {
            ReadOnlySpan<byte> digits = ByteText.TakeWord(ref line);
            ByteText.TakeWord(ref line);
            ReadOnlySpan<byte> name = ByteText.TakeWord(ref line);
            bool ofModule = !ByteText.Trim(line).IsEmpty;
            if (ofModule || !Utf8Parser.TryParse(digits, out ulong address, out int used, 'x') || used != digits.Length) return;
            for (int index = open.Count - 1; index >= 0; index--)
            {
                if (address <= open[index].Address) continue;
                open[index].End = address;
                open.RemoveAt(index);
            }
            if (!IsWanted(name)) return;
            KernelFunction function = new(ByteText.ToText(name), address);
            if (found.TryGetValue(function.Name, out KernelFunction? other)) other.Bearers++;
            else found.Add(function.Name, function);
            open.Add(function);
        });
    }

    private void MarkTraceable(Stream traceable)
    {
        foreach (KernelFunction function in found.Values) function.Traceable = false;
        EachLine(traceable, line =>
        {
            ReadOnlySpan<byte> name = ByteText.TakeWord(ref line);
            bool own = ByteText.Trim(line).IsEmpty;
            if (own && IsWanted(name) && found.TryGetValue(ByteText.ToText(name), out KernelFunction? function)) function.Traceable = true;
        });
    }

    /// <summary>Is the name before the first point one of those asked for?</summary>
    private bool IsWanted(ReadOnlySpan<byte> name)
    {
        int point = name.IndexOf((byte)'.');
        ReadOnlySpan<byte> stem = point < 0 ? name : name[..point];
        Span<char> text = stackalloc char[64];
        return Encoding.UTF8.TryGetChars(stem, text, out int length) && wanted.Contains(text[..length]);
    }

    private static void EachLine(Stream stream, LineAction action)
    {
        byte[] buffer = new byte[LineRoom];
        int kept = 0;
        for (int read; (read = stream.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            ReadOnlySpan<byte> text = buffer.AsSpan(0, kept + read);
            for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..]) action(text[..end]);
            // What fills the buffer without an end is no line of the kernel's.
            kept = text.Length == buffer.Length ? 0 : text.Length;
            text[..kept].CopyTo(buffer);
        }
    }

    private delegate void LineAction(ReadOnlySpan<byte> line);
}
