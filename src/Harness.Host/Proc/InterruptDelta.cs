using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>What moved between two readings of <c>/proc/interrupts</c>.</summary>
internal static class InterruptDelta
{
    private const string Prefix = "interrupts.";
    private const string Unit = "interrupts";

    // Published (arch/x86/include/asm/hardirq.h, include/linux/irqdesc.h): per-CPU interrupt counts are 32 bits wide and wrap. 20,000
    // shootdowns a second wrap a CPU's count in two and a half days. A count that fell is taken as wrapped when it then moved by less than
    // half the range, else as set back.
    private const ulong Wrap = 1UL << 32;

    /// <summary>
    /// The rows that a reader of a tiering experiment looks for first: listed even when they did not move or are not there.
    /// </summary>
    private static readonly string[] Always = ["TLB", "CAL", "RES", "LOC"];

    /// <summary>Adds the counters to <paramref name="into"/>.</summary>
    public static void Add(FileImage before, FileImage after, IReadOnlyList<int> cpus, List<Counter> into)
    {
        var first = new InterruptTable(before.Text);
        var second = new InterruptTable(after.Text);
        string? unreadable = Unreadable(before, after, first, second);
        if (unreadable is not null) into.Add(Unsupported("unreadable", unreadable));

        var columns = Columns.Match(first.Cpus, second.Cpus, cpus);
        foreach (InterruptRow row in second.Rows)
        {
            if (Between(first, row, columns) is { } counter) into.Add(counter);
        }
        foreach (InterruptRow row in first.Rows)
        {
            bool gone = second.Find(row.Name) is null && (row.Counts.AsSpan().ContainsAnyExcept(0UL) || Always.Contains(row.Name));
            if (gone) into.Add(Lost(row.Name, $"{row.Description}; the row is missing from the second snapshot"));
        }
        foreach (string name in Always)
        {
            if (first.Find(name) is null && second.Find(name) is null)
            {
                into.Add(Unsupported(name,
                    $"/proc/interrupts has no readable {name} row here (x86 has one; other processors may not interrupt for this)"));
            }
        }
    }

    private static string? Unreadable(FileImage before, FileImage after, InterruptTable first, InterruptTable second)
    {
        if ((before.Error ?? after.Error) is { } error) return error;
        if (first.Cpus.Length == 0 || second.Cpus.Length == 0)
            return "/proc/interrupts: the line that names the CPUs is missing or damaged";
        return first.Malformed + second.Malformed == 0
            ? null
            : $"/proc/interrupts: {first.Malformed} lines of the first snapshot and {second.Malformed} of the second "
                + "could not be read and are left out "
                + "(a CPU that goes on or off line meanwhile leaves such lines)";
    }

    private static Counter? Between(InterruptTable first, InterruptRow row, Columns columns)
    {
        InterruptRow? old = first.Find(row.Name);
        bool always = Always.Contains(row.Name);
        if (old is null)
        {
            // The kernel leaves out an IRQ that nobody uses and that never came, so a numbered row that appears started from zero: unless
            // its first reading was among the damaged lines.
            if (first.Malformed > 0 || first.Cpus.Length == 0 || row.Name.AsSpan().ContainsAnyExceptInRange('0', '9'))
            {
                return Unsupported(row.Name, $"{row.Description}; the row is missing from the first snapshot");
            }
            old = row with { Counts = new ulong[row.IsSingle ? 1 : first.Cpus.Length] };
        }
        if (old.IsSingle != row.IsSingle || old.Description != row.Description)
        {
            return Lost(row.Name, $"{row.Description}; was another interrupt in the first snapshot: {old.Description}");
        }
        return row.IsSingle ? Single(old, row) : PerCpu(old, row, columns, always);
    }

    private static Counter? Single(InterruptRow old, InterruptRow row)
    {
        if (!TryDifference(old.Counts[0], row.Counts[0], out ulong moved, out string? caution)) return Lost(row.Name, caution!);
        return moved == 0 ? null : new Counter { Name = Prefix + row.Name, Unit = Unit, Value = moved, Note = caution };
    }

    private static Counter? PerCpu(InterruptRow old, InterruptRow row, Columns columns, bool always)
    {
        double[] parts = new double[columns.Both.Count];
        double sum = 0;
        string? caution = null;
        for (int i = 0; i < parts.Length; i++)
        {
            (int cpu, int from, int to) = columns.Both[i];
            if (!TryDifference(old.Counts[from], row.Counts[to], out ulong moved, out string? about))
            {
                return Lost(row.Name, $"{row.Description}; on CPU {cpu} {about}");
            }
            if (about is not null) caution = $"on CPU {cpu} {about}";
            parts[i] = moved;
            sum += moved;
        }
        if (sum == 0 && !always) return null;
        return new Counter
        {
            Name = Prefix + row.Name,
            Unit = Unit,
            Value = sum,
            PerCpu = columns.Caution is null ? parts : null,
            Trust = columns.Caution is null ? CounterTrust.Counted : CounterTrust.Lost,
            Note = string.Join("; ", new[] { row.Description, columns.Caution, caution }.Where(part => !string.IsNullOrEmpty(part))),
        };
    }

    /// <summary>By how much one CPU's count moved, a wrap allowed for; false when it was set back. Does not allocate.</summary>
    public static bool TryMoved(ulong before, ulong after, out ulong moved)
    {
        moved = after - before;
        if (after >= before) return true;
        moved = after + Wrap - before;
        return before < Wrap && moved < Wrap / 2;
    }

    private static bool TryDifference(ulong before, ulong after, out ulong moved, out string? about)
    {
        bool known = TryMoved(before, after, out moved);
        about = after >= before ? null : known ? "the 32-bit count wrapped" : $"the count went back from {before} to {after}";
        return known;
    }

    private static Counter Unsupported(string name, string note) => Without(name, CounterTrust.Unsupported, note);

    private static Counter Lost(string name, string note) => Without(name, CounterTrust.Lost, note);

    private static Counter Without(string name, CounterTrust trust, string note) =>
        new() { Name = Prefix + name, Unit = Unit, Trust = trust, Note = note.TrimStart(';', ' ') };

    /// <summary>Which columns of the two tables belong to one CPU.</summary>
    /// <param name="Both">CPUs in both tables, ascending, with their columns.</param>
    /// <param name="Caution">Said of every row when the two tables and the wanted CPUs are not the same; null when they are.</param>
    private sealed record Columns(List<(int Cpu, int From, int To)> Both, string? Caution)
    {
        public static Columns Match(int[] first, int[] second, IReadOnlyList<int> wanted)
        {
            var both = new List<(int, int, int)>();
            var strays = new List<int>();
            foreach (int cpu in first.Union(second).Union(wanted).Order())
            {
                int from = Array.IndexOf(first, cpu);
                int to = Array.IndexOf(second, cpu);
                if (from >= 0 && to >= 0) both.Add((cpu, from, to));
                if (from < 0 || to < 0 || !wanted.Contains(cpu)) strays.Add(cpu);
            }
            string? caution = strays.Count == 0
                ? null
                : $"CPU {string.Join(", ", strays)} went on or off line; only CPUs in both snapshots are counted";
            return new Columns(both, caution);
        }
    }
}
