namespace Harness.Host.Proc;

/// <summary>The first processor of <c>/proc/cpuinfo</c>: the parts that a run record keeps.</summary>
internal readonly ref struct CpuInfo
{
    /// <summary>
    /// Reads up to the end of the first processor's block. Lines that are cut off or damaged are passed over: the value then is empty.
    /// </summary>
    public CpuInfo(ReadOnlySpan<byte> text)
    {
        var lines = new Lines(text);
        while (lines.MoveNext() && !lines.Current.IsEmpty)
        {
            int colon = lines.Current.IndexOf((byte)':');
            if (colon < 0 || !lines.Sound) continue;
            ReadOnlySpan<byte> key = ByteText.Trim(lines.Current[..colon]);
            ReadOnlySpan<byte> value = ByteText.Trim(lines.Current[(colon + 1)..]);
            if (key.SequenceEqual("model name"u8)) ModelName = value;
            else if (key.SequenceEqual("microcode"u8)) Microcode = value;
            else if (key.SequenceEqual("flags"u8) || key.SequenceEqual("Features"u8)) Flags = value;
        }
    }

    /// <summary>The model's name; empty where the architecture prints none.</summary>
    public ReadOnlySpan<byte> ModelName { get; }

    /// <summary>The microcode revision as printed; empty where there is none.</summary>
    public ReadOnlySpan<byte> Microcode { get; }

    /// <summary>The feature words, separated by blanks.</summary>
    public ReadOnlySpan<byte> Flags { get; }

    /// <summary>True when the feature is among <see cref="Flags"/>, as a whole word.</summary>
    public bool Has(ReadOnlySpan<byte> flag)
    {
        ReadOnlySpan<byte> rest = Flags;
        while (true)
        {
            ReadOnlySpan<byte> word = ByteText.TakeWord(ref rest);
            if (word.IsEmpty) return false;
            if (word.SequenceEqual(flag)) return true;
        }
    }
}
