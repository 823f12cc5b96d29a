using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Harness.Host.Proc;

namespace Harness.Host.Tests;

/// <summary>What holds for every input, not only for those somebody thought of.</summary>
public sealed class ParserProperties
{
    private static readonly byte[] Alphabet = Encoding.ASCII.GetBytes("CPU0123456789: \t\n-,kBNode\0");

    [Fact]
    public void No_bytes_make_a_parser_throw()
    {
        Prop.ForAll<byte[]>(ReadAll).QuickCheckThrowOnFailure();
        // Bytes of the kernel's own alphabet get much further into the parsers.
        Gen<byte[]> likely = Gen.Elements(Alphabet).ArrayOf();
        Prop.ForAll(likely.ToArbitrary(), ReadAll).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Real_files_with_bytes_changed_make_no_parser_throw()
    {
        string[] paths = ["/proc/interrupts", "/proc/vmstat", "/proc/meminfo", "/proc/cpuinfo"];
        byte[][] files = [.. Saved.Hosts.SelectMany(host => paths.Select(path => Saved.Bytes(host, path)))];
        Prop.ForAll<int, ushort, byte>((file, place, value) =>
        {
            byte[] text = [.. files[(int)((uint)file % files.Length)]];
            text[place % text.Length] = value;
            return ReadAll(text);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("this")]
    [InlineData("vm-6.1")]
    [InlineData("vm-6.12")]
    public void A_file_cut_anywhere_gives_only_rows_of_the_whole_file(string host)
    {
        byte[] text = Saved.Bytes(host, "/proc/interrupts");
        var whole = new InterruptTable(text);
        for (int length = 0; length < text.Length; length++)
        {
            var cut = new InterruptTable(text.AsSpan(0, length));
            Assert.True(cut.Malformed <= 1);
            for (int i = 0; i < cut.Rows.Count; i++)
            {
                Assert.Equal(whole.Rows[i].Name, cut.Rows[i].Name);
                Assert.Equal(whole.Rows[i].Counts, cut.Rows[i].Counts);
            }
        }
    }

    [Fact]
    public void A_vmstat_cut_anywhere_gives_only_values_of_the_whole_file()
    {
        byte[] text = Saved.Bytes("vm-6.12", "/proc/vmstat");
        for (int length = 0; length < text.Length; length++)
        {
            var whole = new NameValueRows(text);
            var cut = new NameValueRows(text.AsSpan(0, length));
            while (cut.MoveNext())
            {
                Assert.True(whole.MoveNext());
                Assert.True(cut.Name.SequenceEqual(whole.Name) && cut.Value == whole.Value);
            }
            Assert.Equal(length == 0 || text[length - 1] == '\n' ? 0 : 1, cut.Malformed);
        }
    }

    [Fact]
    public void Interrupts_that_are_written_and_read_again_are_the_same()
    {
        Prop.ForAll<byte, ulong[]>((cpus, seeds) =>
        {
            int width = cpus % 40 + 1;
            int[] ids = [.. Enumerable.Range(0, width).Select(i => i * 2 + i % 2)];
            ulong[][] rows = [.. seeds.Select((seed, row) => ids.Select(id => seed * (ulong)(id + row + 1)).ToArray())];
            var table = new InterruptTable(Render(ids, rows));
            return table.Malformed == 0 && table.Cpus.SequenceEqual(ids)
                && table.Rows.Select(row => row.Counts).SequenceEqual(rows, new SameNumbers());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Lists_that_are_written_and_read_again_are_the_same()
    {
        Prop.ForAll<ushort[]>(any =>
        {
            int[] ids = [.. any.Select(id => id % (IdList.LargestId + 1)).Distinct().Order()];
            return IdList.FromFile(Encoding.ASCII.GetBytes(Ranges(ids) + "\n"))!.SequenceEqual(ids);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Numbers_are_read_exactly_or_not_at_all()
    {
        Prop.ForAll<ulong, byte>((number, more) =>
        {
            string digits = number.ToString(CultureInfo.InvariantCulture) + (more % 3 == 0 ? more.ToString(CultureInfo.InvariantCulture) : "");
            bool fits = ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong expected);
            return ByteText.TryParse(Encoding.ASCII.GetBytes(digits), out ulong read) == fits && (!fits || read == expected);
        }).QuickCheckThrowOnFailure();
    }

    // Is the time spent on garbage in proportion to its size? Ten megabytes end a test run that is not.
    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)' ')]
    [InlineData((byte)'\n')]
    [InlineData((byte)'9')]
    [InlineData((byte)':')]
    [InlineData((byte)0xFF)]
    public void Ten_megabytes_of_one_byte_are_read_to_the_end(byte fill)
    {
        byte[] text = new byte[10_000_000];
        Array.Fill(text, fill);
        Assert.True(ReadAll(text));

        "CPU0\n"u8.CopyTo(text);
        Assert.Empty(new InterruptTable(text).Rows);
    }

    [Fact]
    public void Ten_megabytes_of_noise_are_read_to_the_end()
    {
        byte[] text = new byte[10_000_000];
        new Random(1).NextBytes(text);
        Assert.True(ReadAll(text));
    }

    private static bool ReadAll(byte[] text)
    {
        _ = new InterruptTable(text);
        var values = new NameValueRows(text);
        while (values.MoveNext()) Assert.False(values.Name.IsEmpty);
        var meminfo = new MeminfoRows(text);
        while (meminfo.MoveNext()) Assert.False(meminfo.Name.IsEmpty);
        _ = new CpuInfo(text).Has("svm"u8);
        _ = IdList.FromFile(text);
        _ = Distances.TryParse(text, new int[4], out _);
        _ = KernelVersion.Parse(Encoding.Latin1.GetString(text));
        return true;
    }

    private static byte[] Render(int[] cpus, ulong[][] rows)
    {
        var text = new StringBuilder("    ");
        foreach (int cpu in cpus) text.Append(CultureInfo.InvariantCulture, $"CPU{cpu}  ");
        for (int row = 0; row < rows.Length; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{row,3}: ");
            foreach (ulong count in rows[row]) text.Append(CultureInfo.InvariantCulture, $"{count,10} ");
            text.Append(" IO-APIC  2-edge  timer");
        }
        return Encoding.ASCII.GetBytes(text.Append('\n').ToString());
    }

    private static string Ranges(int[] ids)
    {
        var parts = new List<string>();
        for (int i = 0; i < ids.Length;)
        {
            int end = i;
            while (end + 1 < ids.Length && ids[end + 1] == ids[end] + 1) end++;
            parts.Add(end == i ? $"{ids[i]}" : $"{ids[i]}-{ids[end]}");
            i = end + 1;
        }
        return string.Join(',', parts);
    }

    private sealed class SameNumbers : IEqualityComparer<ulong[]>
    {
        public bool Equals(ulong[]? x, ulong[]? y) => x!.AsSpan().SequenceEqual(y);

        public int GetHashCode(ulong[] obj) => obj.Length;
    }
}
