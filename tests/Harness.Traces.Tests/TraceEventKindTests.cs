namespace Harness.Traces.Tests;

/// <summary>Do the kinds keep the numbers that files carry?</summary>
public sealed class TraceEventKindTests
{
    [Fact]
    public void Kinds_are_numbered_from_one_without_a_gap_and_leave_room()
    {
        int[] numbers = [.. Enum.GetValues<TraceEventKind>().Select(kind => (int)kind).Order()];
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
        Assert.True(numbers[^1] <= TraceFormat.MostKinds);
        Assert.Equal(6, (int)TraceEventKind.BatchFlush);
        Assert.Equal(18, (int)TraceEventKind.Pressure);
    }
}
