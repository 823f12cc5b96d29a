using System.Globalization;
using Harness.Experiments.Yaml;

namespace Harness.Experiments;

/// <summary>What kind of value a workload's parameter takes.</summary>
public enum ParameterType
{
    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>Bytes; a suffix <c>KiB</c>, <c>MiB</c>, <c>GiB</c> or <c>TiB</c> may be given, the program gets bytes.</summary>
    Size,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>The absolute path of a folder or file on the host that the workload runs on.</summary>
    Folder,

    /// <summary>A memory node's number, or <c>any</c>.</summary>
    Node,

    /// <summary>CPUs as the kernel lists them, <c>0-3,8</c>, or <c>any</c>.</summary>
    Cpus,
}

/// <summary>A parameter of a workload, as its descriptor has it.</summary>
public sealed record WorkloadParameter
{
    private static readonly (string Suffix, int Shift)[] Suffixes = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];

    // Assumed: deeper folders are mistakes; the kernel's own limit is 4095 bytes.
    private const int LongestPath = 1024;

    private const string Any = "any";
    private const ulong MaxNode = 1023;    // published: MAX_NUMNODES of the largest x86-64 configuration
    private const ulong MaxCpu = 8191;     // published: NR_CPUS of kernels built with MAXSMP

    /// <summary>The name; the program takes it as <c>--NAME=VALUE</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of value it takes.</summary>
    public required ParameterType Type { get; init; }

    /// <summary>The value when a plan gives none.</summary>
    public required string Default { get; init; }

    /// <summary>One line for listings.</summary>
    public required string What { get; init; }

    /// <summary>The least number allowed, in <see cref="Unit"/> (bytes for a size); unused for the other types.</summary>
    public ulong Min { get; init; }

    /// <summary>The largest number allowed, in <see cref="Unit"/> (bytes for a size); unused for the other types.</summary>
    public ulong Max { get; init; } = ulong.MaxValue;

    /// <summary>The words of a choice; empty for the other types.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The unit of an integer, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>
    /// True when the value is an amount of memory, which shrinks with a machine that is simulated at a fraction of its size.
    /// </summary>
    public bool Scales { get; init; }

    /// <summary>The value as the program takes it, or null and a clause on what is wrong and what to give instead.</summary>
    internal string? Accept(string value, out string problem)
    {
        problem = "";
        if (Type == ParameterType.Choice)
        {
            if (Choices.Contains(value, StringComparer.Ordinal)) return value;
            problem = $"is {Words.Quote(value)}; {Words.Instead(value, Choices)}";
            return null;
        }
        if (Type == ParameterType.Folder)
        {
            if (value.StartsWith('/') && value.Length <= LongestPath && !value.Any(char.IsControl)) return value;
            problem = $"is {Words.Quote(value)}; give an absolute path of at most {LongestPath} characters";
            return null;
        }
        if (Type is ParameterType.Node or ParameterType.Cpus)
        {
            bool node = Type == ParameterType.Node;
            if (value == Any || (node ? IsBelow(value, MaxNode) : IsCpuList(value))) return value;
            string what = node ? $"a node from 0 to {MaxNode}" : $"a list of CPUs up to {MaxCpu} like 0-3,8";
            problem = $"is {Words.Quote(value)}; give any, or {what}";
            return null;
        }
        if (Number(value) is { } number && number >= Min && number <= Max) return number.ToString(CultureInfo.InvariantCulture);
        string kind = Type == ParameterType.Size ? "bytes (KiB, MiB, GiB, TiB may follow)" : "a whole number";
        problem = $"is {Words.Quote(value)}; give {kind} from {Min} to {Max}";
        return null;
    }

    private static bool IsBelow(string text, ulong most) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= most;

    private static bool IsCpuList(string text)
    {
        if (text.Length > LongestPath) return false;
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !IsBelow(ends[^1], MaxCpu)) return false;
            if (!IsBelow(ends[0], ulong.Parse(ends[^1], CultureInfo.InvariantCulture))) return false;
        }
        return true;
    }

    private ulong? Number(string text)
    {
        int shift = 0;
        foreach ((string suffix, int by) in Suffixes)
        {
            if (Type != ParameterType.Size || !text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            text = text[..^suffix.Length].TrimEnd(' ');
            shift = by;
        }
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)) return null;
        return value <= ulong.MaxValue >> shift ? value << shift : null;
    }
}
