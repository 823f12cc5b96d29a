using System.Text;
using Harness.Host.Proc;

namespace Harness.Host.Timelines;

/// <summary>
/// Rows of <c>/proc/interrupts</c>. On a large host the file is megabytes long; of the rows not asked for only the name is looked at.
/// </summary>
internal sealed class InterruptSource : ITimelineSource
{
    private readonly ProcFile file;
    private readonly FileImage image = new();
    private readonly string[] names;
    private readonly byte[][] rows;

    // by row: the counts at the zero, and how many there were (one for a row of the whole machine, none for one that was not there)
    private readonly ulong[][] zero;
    private readonly int[] lengths;
    private readonly int[] zeroCpus;
    private readonly int[] cpus;
    private readonly ulong[] counts;

    /// <summary>Opens the file and makes room for the CPUs that it has now.</summary>
    public InterruptSource(string path, IReadOnlyList<TimelineName> wanted)
    {
        file = new ProcFile(path);
        names = [.. wanted.Select(name => name.Row)];
        rows = [.. names.Select(Encoding.UTF8.GetBytes)];
        lengths = new int[rows.Length];
        Series = [.. wanted.Select(name => (name.Counter, "interrupts"))];
        image.Fill(file);
        int size = InterruptRows.CountCpus(image.Text);
        zeroCpus = new int[size];
        cpus = new int[size];
        counts = new ulong[size];
        zero = [.. rows.Select(_ => new ulong[size])];
    }

    public IReadOnlyList<(string Counter, string Unit)> Series { get; }

    public int Calls => 0;

    public void Zero()
    {
        Array.Clear(lengths);
        image.Fill(file);
        if (InterruptRows.CountCpus(image.Text) != counts.Length) return;
        InterruptRows reader = new(image.Text, zeroCpus, counts);
        for (int row = reader.MoveToAny(rows); row >= 0; row = reader.MoveToAny(rows))
        {
            reader.Counts.CopyTo(zero[row]);
            lengths[row] = reader.Counts.Length;
        }
    }

    public void Read(Span<double> totals)
    {
        totals.Fill(double.NaN);
        image.Fill(file);
        // A CPU that goes on or off line moves the columns.
        if (InterruptRows.CountCpus(image.Text) != counts.Length) return;
        InterruptRows reader = new(image.Text, cpus, counts);
        if (!cpus.AsSpan().SequenceEqual(zeroCpus)) return;
        for (int row = reader.MoveToAny(rows); row >= 0; row = reader.MoveToAny(rows))
        {
            if (reader.Counts.Length == lengths[row]) totals[row] = Moved(zero[row], reader.Counts);
        }
    }

    public string WhyNot(int series) =>
        file.Error ?? image.Error ?? $"{file.Path} had no readable row {names[series]} all the time, or its CPUs changed";

    public void Dispose() => file.Dispose();

    private static double Moved(ulong[] before, ReadOnlySpan<ulong> after)
    {
        double sum = 0;
        for (int i = 0; i < after.Length; i++)
        {
            if (!InterruptDelta.TryMoved(before[i], after[i], out ulong moved)) return double.NaN;
            sum += moved;
        }
        return sum;
    }
}
