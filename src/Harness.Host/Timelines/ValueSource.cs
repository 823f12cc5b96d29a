using System.Text;
using Harness.Host.Proc;

namespace Harness.Host.Timelines;

/// <summary>Names of one vmstat or numastat file.</summary>
internal sealed class ValueSource : ITimelineSource
{
    private readonly ProcFile file;
    private readonly FileImage image = new();
    private readonly string[] names;
    private readonly byte[][] rows;
    private readonly bool[] isGauge;
    private readonly ulong[] zero;
    private readonly bool[] isThere;

    /// <summary>Opens the file.</summary>
    public ValueSource(string path, IReadOnlyList<TimelineName> wanted)
    {
        file = new ProcFile(path);
        names = [.. wanted.Select(name => name.Row)];
        rows = [.. names.Select(Encoding.UTF8.GetBytes)];
        isGauge = [.. names.Select(name => VmstatItem.Of(name).IsGauge)];
        zero = new ulong[rows.Length];
        isThere = new bool[rows.Length];
        Series = [.. wanted.Select(name => (name.Counter, VmstatItem.Of(name.Row).Unit))];
    }

    public IReadOnlyList<(string Counter, string Unit)> Series { get; }

    public int Calls => 0;

    public void Zero()
    {
        Array.Clear(isThere);
        image.Fill(file);
        NameValueRows reader = new(image.Text);
        while (reader.MoveNext())
        {
            int row = Place(reader.Name);
            if (row < 0) continue;
            zero[row] = reader.Value;
            isThere[row] = true;
        }
    }

    public void Read(Span<double> totals)
    {
        totals.Fill(double.NaN);
        image.Fill(file);
        NameValueRows reader = new(image.Text);
        while (reader.MoveNext())
        {
            int row = Place(reader.Name);
            // A count that went back was set back; a level may fall.
            if (row < 0 || !isThere[row] || (reader.Value < zero[row] && !isGauge[row])) continue;
            totals[row] = unchecked((long)(reader.Value - zero[row]));
        }
    }

    public string WhyNot(int series) => file.Error ?? image.Error ?? $"{file.Path} had no readable {names[series]} all the time";

    public void Dispose() => file.Dispose();

    private int Place(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (name.SequenceEqual(rows[i])) return i;
        }
        return -1;
    }
}
