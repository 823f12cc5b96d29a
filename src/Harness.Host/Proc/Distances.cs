namespace Harness.Host.Proc;

/// <summary>A node's <c>distance</c> file: one SLIT distance a node, in the order of the online nodes; 10 is local.</summary>
internal static class Distances
{
    // Published (ACPI 6.5, 5.2.17): a SLIT entry is one byte.
    private const int Largest = 255;

    /// <summary>
    /// Reads the distances without the newline; false when one is no number of a byte or <paramref name="distances"/> is too short.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> line, Span<int> distances, out int count)
    {
        count = 0;
        while (true)
        {
            ReadOnlySpan<byte> word = ByteText.TakeWord(ref line);
            if (word.IsEmpty) return count > 0;
            if (count == distances.Length || !ByteText.TryParse(word, out ulong distance) || distance > Largest) return false;
            distances[count++] = (int)distance;
        }
    }
}
