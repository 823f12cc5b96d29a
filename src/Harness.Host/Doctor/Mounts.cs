using Harness.Host.Proc;

namespace Harness.Host.Doctor;

/// <summary><c>/proc/mounts</c> and <c>/proc/filesystems</c>.</summary>
internal static class Mounts
{
    /// <summary>Where the first file system of a type is mounted; null when none is.</summary>
    public static string? Find(ReadOnlySpan<byte> mounts, string type)
    {
        var lines = new Lines(mounts);
        while (lines.MoveNext())
        {
            ReadOnlySpan<byte> rest = lines.Current;
            ByteText.TakeWord(ref rest);
            ReadOnlySpan<byte> place = ByteText.TakeWord(ref rest);
            if (lines.Sound && ByteText.ToText(ByteText.TakeWord(ref rest)) == type) return ByteText.ToText(place);
        }
        return null;
    }

    /// <summary>
    /// True when the running kernel can mount that type. The name is the last word of a line (<c>nodev</c> may stand before it).
    /// </summary>
    public static bool IsKnown(ReadOnlySpan<byte> filesystems, string type)
    {
        var lines = new Lines(filesystems);
        while (lines.MoveNext())
        {
            ReadOnlySpan<byte> line = ByteText.Trim(lines.Current);
            if (lines.Sound && ByteText.ToText(line[(line.LastIndexOfAny((byte)' ', (byte)'\t') + 1)..]) == type) return true;
        }
        return false;
    }
}
