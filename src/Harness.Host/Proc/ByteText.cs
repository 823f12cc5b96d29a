using System.Buffers;
using System.Text;

namespace Harness.Host.Proc;

/// <summary>The few things every /proc parser does with bytes. None of them allocates except <see cref="ToText"/>.</summary>
internal static class ByteText
{
    // Everything below space except the tab: no /proc text file holds such a byte, so a line with one is damaged.
    private static readonly SearchValues<byte> Control = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>
    /// The number that the whole of <paramref name="digits"/> spells; false when empty, when a byte is no digit, or above 2^64-1.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (byte b in digits)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9 || value > (ulong.MaxValue - digit) / 10) return false;
            value = value * 10 + digit;
        }
        return digits.Length > 0;
    }

    /// <summary>True when there is at least one byte and all are digits, whatever the number's size.</summary>
    public static bool AllDigits(ReadOnlySpan<byte> word) => word.Length > 0 && !word.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>False when a control byte other than the tab is in it, NUL above all.</summary>
    public static bool IsClean(ReadOnlySpan<byte> text) => !text.ContainsAny(Control);

    /// <summary>Takes the next word off the front of <paramref name="rest"/>; empty when only blanks are left.</summary>
    public static ReadOnlySpan<byte> TakeWord(scoped ref ReadOnlySpan<byte> rest)
    {
        int start = rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (start < 0)
        {
            rest = default;
            return default;
        }
        rest = rest[start..];
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word;
    }

    /// <summary>Without blanks at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>As a string; bytes that are no UTF-8 become U+FFFD.</summary>
    public static string ToText(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
