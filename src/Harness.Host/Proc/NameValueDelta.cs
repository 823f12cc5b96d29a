using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>What moved between two readings of a vmstat or numastat file.</summary>
internal static class NameValueDelta
{
    /// <summary>Adds the counters to <paramref name="into"/>.</summary>
    /// <param name="prefix">What the counters are called up to the kernel's name: <c>node0.vmstat.</c>.</param>
    /// <param name="before">The first reading.</param>
    /// <param name="after">The second.</param>
    /// <param name="into">Takes the counters.</param>
    public static void Add(string prefix, FileImage before, FileImage after, List<Counter> into)
    {
        var old = new Dictionary<string, ulong>(StringComparer.Ordinal);
        var first = new NameValueRows(before.Text);
        int unmatched = 0;
        while (first.MoveNext())
        {
            if (!old.TryAdd(ByteText.ToText(first.Name), first.Value)) unmatched++;
        }
        int at = into.Count;
        var second = new NameValueRows(after.Text);
        while (second.MoveNext())
        {
            string name = ByteText.ToText(second.Name);
            if (!old.Remove(name, out ulong value)) unmatched++;
            else if (Between(prefix, name, value, second.Value) is { } counter) into.Add(counter);
        }
        unmatched += old.Count;
        string gone = after.Error ?? "it is missing from the second snapshot";
        foreach (string name in old.Keys) into.Add(Lost(prefix, name, gone));
        if (Unreadable(prefix, before, after, first.Malformed + second.Malformed, unmatched) is { } caution) into.Insert(at, caution);
    }

    private static Counter? Between(string prefix, string name, ulong before, ulong after)
    {
        VmstatItem item = VmstatItem.Of(name);
        long moved = unchecked((long)(after - before));
        if (item.IsGauge) return moved == 0 ? null : new Counter { Name = prefix + name, Unit = item.Unit, Value = moved };
        return after >= before
            ? new Counter { Name = prefix + name, Unit = item.Unit, Value = after - before }
            : Lost(prefix, name, $"the count went back from {before} to {after}");
    }

    private static Counter Lost(string prefix, string name, string note) =>
        new() { Name = prefix + name, Unit = VmstatItem.Of(name).Unit, Trust = CounterTrust.Lost, Note = note };

    private static Counter? Unreadable(string prefix, FileImage before, FileImage after, int malformed, int unmatched)
    {
        string? note = before.Error ?? after.Error;
        if (note is null && before.Text.IsEmpty | after.Text.IsEmpty) note = "the file is empty";
        if (note is null && malformed + unmatched > 0)
        {
            note = $"left out: {malformed} lines that could not be read, {unmatched} names that are not once in each snapshot";
        }
        return note is null
            ? null
            : new Counter { Name = prefix + "unreadable", Unit = "events", Trust = CounterTrust.Unsupported, Note = note };
    }
}
