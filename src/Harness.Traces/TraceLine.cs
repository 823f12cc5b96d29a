using System.Globalization;

namespace Harness.Traces;

/// <summary>The text of one event, put together in memory that is kept: <see cref="TraceText"/> says what it looks like.</summary>
internal sealed class TraceLine
{
    private const int WordBits = 64;
    private const double NsPerUs = 1000;

    /// <summary>All that stands before a set of CPUs, in its longest form.</summary>
    private const int LongestStart = 256;

    /// <summary>Every second CPU of 1024: ",1022" each.</summary>
    private readonly char[] text = new char[LongestStart + (TraceFormat.MostCpus / 2 * 5)];
    private int length;

    /// <summary>The event's text.</summary>
    /// <param name="e">The event.</param>
    /// <param name="cpus">Its set of CPUs.</param>
    /// <param name="startNs">The time that counts as 0.</param>
    internal ReadOnlySpan<char> Of(in TraceEvent e, ReadOnlySpan<ulong> cpus, long startNs)
    {
        KindFields fields = KindTable.Of((int)e.Kind);
        length = 0;
        Number((e.TimeNs - startNs) / NsPerUs, "F3", 16);
        Text(" [");
        Number(e.Cpu, "D3", 0);
        Text("] ");
        Number(e.Pid, default, 7);
        Text(" ");
        Text(KindNames.Of(e.Kind));
        Text(":");
        if ((fields & KindFields.Frame) != 0) Hex(" pfn=0x", (ulong)e.Frame);
        if ((fields & KindFields.Order) != 0) Field("order", e.Order);
        if ((fields & KindFields.Pte) != 0) Bits(e.Pte);
        if (KindNames.OfValue(e.Kind) is { } value) Field(value, e.Value);
        if (KindNames.OfFlag(e.Kind) is { } flag) Field(flag, e.Flag ? 1 : 0);
        if ((fields & KindFields.Mm) != 0) Hex(" mm=0x", e.Mm);
        if ((fields & KindFields.Cpus) != 0) Set(cpus);
        return text.AsSpan(0, length);
    }

    private void Text(ReadOnlySpan<char> part)
    {
        part.CopyTo(text.AsSpan(length));
        length += part.Length;
    }

    private void Number<T>(T number, ReadOnlySpan<char> format, int width) where T : ISpanFormattable
    {
        number.TryFormat(text.AsSpan(length), out int written, format, CultureInfo.InvariantCulture);
        int blanks = Math.Max(0, width - written);
        text.AsSpan(length, written).CopyTo(text.AsSpan(length + blanks));
        text.AsSpan(length, blanks).Fill(' ');
        length += blanks + written;
    }

    private void Hex(ReadOnlySpan<char> name, ulong number)
    {
        Text(name);
        Number(number, "x", 0);
    }

    private void Field(ReadOnlySpan<char> name, long number)
    {
        Text(" ");
        Text(name);
        Text("=");
        Number(number, default, 0);
    }

    /// <summary>As <c>PWDA</c>, with a dash for what is not set.</summary>
    private void Bits(PteBits bits)
    {
        const string Letters = "PWDA";
        Text(" pte=");
        for (int bit = 0; bit < Letters.Length; bit++) text[length++] = ((int)bits >> bit & 1) != 0 ? Letters[bit] : '-';
    }

    /// <summary>As the kernel lists CPUs: <c>0-3,7</c>.</summary>
    private void Set(ReadOnlySpan<ulong> cpus)
    {
        Text(" cpus=");
        bool any = false;
        for (int cpu = 0; cpu < cpus.Length * WordBits; cpu++)
        {
            if (!Has(cpus, cpu)) continue;
            int last = cpu;
            while (Has(cpus, last + 1)) last++;
            if (any) Text(",");
            Number(cpu, default, 0);
            if (last > cpu)
            {
                Text("-");
                Number(last, default, 0);
            }
            any = true;
            cpu = last;
        }
        if (!any) Text("none");
    }

    private static bool Has(ReadOnlySpan<ulong> cpus, int cpu) =>
        cpu < cpus.Length * WordBits && (cpus[cpu / WordBits] >> cpu % WordBits & 1) != 0;
}
