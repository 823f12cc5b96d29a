namespace Harness.Host.Proc;

/// <summary>A row of <c>/proc/interrupts</c>.</summary>
/// <param name="Name">An IRQ number, or <c>TLB</c> and the like.</param>
/// <param name="Description">What interrupts; empty for a row with one number.</param>
/// <param name="IsSingle">True when the one count is the whole machine's.</param>
/// <param name="Counts">The counts in the order of the table's CPUs.</param>
internal sealed record InterruptRow(string Name, string Description, bool IsSingle, ulong[] Counts);

/// <summary>A whole <c>/proc/interrupts</c> in memory, for work outside the measured window.</summary>
internal sealed class InterruptTable
{
    private readonly Dictionary<string, InterruptRow> byName = new(StringComparer.Ordinal);
    private readonly List<InterruptRow> rows = [];

    /// <summary>Reads the file.</summary>
    public InterruptTable(ReadOnlySpan<byte> text)
    {
        int size = InterruptRows.CountCpus(text);
        int[] cpus = new int[size];
        var reader = new InterruptRows(text, cpus, new ulong[size]);
        Cpus = reader.Cpus.ToArray();
        int repeated = 0;
        while (reader.MoveNext())
        {
            var row = new InterruptRow(
                ByteText.ToText(reader.Name), ByteText.ToText(reader.Description), reader.IsSingle, reader.Counts.ToArray());
            if (byName.TryAdd(row.Name, row)) rows.Add(row);
            else repeated++;
        }
        Malformed = reader.Malformed + repeated;
    }

    /// <summary>The CPU ids of the header, ascending.</summary>
    public int[] Cpus { get; }

    /// <summary>The rows in the file's order.</summary>
    public IReadOnlyList<InterruptRow> Rows => rows;

    /// <summary>Lines that are no valid row, and rows whose name came before.</summary>
    public int Malformed { get; }

    /// <summary>The row of that name, or null.</summary>
    public InterruptRow? Find(string name) => byName.GetValueOrDefault(name);
}
