using System.Globalization;
using Harness.Host.Proofs;
using Harness.Host.Recording;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>How a knob's file spells its value.</summary>
public enum KnobFormat
{
    /// <summary>A decimal number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    TrueFalse,

    /// <summary>All choices this kernel has on one line, the one in force in brackets: <c>always [madvise] never</c>.</summary>
    Choice,

    /// <summary>A word.</summary>
    Word,

    /// <summary>No file of its own holds it: it is set up in steps, each a knob.</summary>
    Steps,

    /// <summary>No file holds it: it is on while the kernel's tracing files have something of a recording.</summary>
    Recording,
}

/// <summary>A kernel setting that can be read, set and put back.</summary>
public sealed record Knob
{
    /// <summary>The name in plans and on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's file.</summary>
    public required string Path { get; init; }

    /// <summary>What it does, in one line.</summary>
    public required string Does { get; init; }

    /// <summary>What shows that a value acted; empty when the counters of a run cannot show it.</summary>
    public IReadOnlyList<KnobProof> Proofs { get; init; } = [];

    /// <summary>What the knob changes that proves nothing on its own, and why; null when <see cref="Proofs"/> say it all.</summary>
    public string? Unproven { get; init; }

    /// <summary>Which counters must move, and when, if the setting acted, in words.</summary>
    public string Moves => string.Join(". ", Proofs.Select(proof => proof.ToString()).Concat(Unproven is null ? [] : [Unproven]));

    /// <summary>What a kernel or host must have for the file to exist.</summary>
    public required string Needs { get; init; }

    /// <summary>How the file spells the value.</summary>
    public required KnobFormat Format { get; init; }

    /// <summary>The unit of an integer, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>The smallest integer accepted.</summary>
    public long Min { get; init; }

    /// <summary>The largest integer accepted.</summary>
    public long Max { get; init; }

    /// <summary>The value in force, in the spelling that is written: without white space, brackets or leading zeros.</summary>
    /// <param name="text">The content of the file.</param>
    /// <returns>Null when the content is not in this knob's format.</returns>
    internal string? ValueIn(string text)
    {
        string trimmed = text.Trim();
        switch (Format)
        {
            case KnobFormat.Number:
                return long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                    ? number.ToString(CultureInfo.InvariantCulture)
                    : null;
            case KnobFormat.TrueFalse:
                return trimmed is "true" or "false" ? trimmed : null;
            case KnobFormat.Word:
                return trimmed.Length > 0 && trimmed.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? trimmed : null;
            case KnobFormat.Steps:
                return Damon.Value(trimmed);
            case KnobFormat.Recording:
                return null;
            default:
                int open = trimmed.IndexOf('[', StringComparison.Ordinal);
                int close = trimmed.IndexOf(']', StringComparison.Ordinal);
                return open >= 0 && close > open + 1 ? trimmed[(open + 1)..close] : null;
        }
    }

    /// <summary>The values this host's kernel takes; empty for an integer.</summary>
    /// <param name="text">The content of the file.</param>
    internal IReadOnlyList<string> ChoicesIn(string text) => Format switch
    {
        KnobFormat.Number or KnobFormat.Word => [],
        KnobFormat.Steps => Damon.Choices,
        KnobFormat.Recording => RecordingKnob.Choices,
        KnobFormat.TrueFalse => ["true", "false"],
        _ => text.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    };

    /// <summary>Checks a wanted value and gives it in the spelling that is written.</summary>
    /// <param name="wanted">The value as it was asked for.</param>
    /// <param name="choices">The values this host takes; empty when it is not known yet.</param>
    /// <exception cref="UsageException">The knob does not take such a value.</exception>
    internal string Canonical(string wanted, IReadOnlyList<string> choices)
    {
        if (Format == KnobFormat.Number)
        {
            if (long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= Min && number <= Max)
                return number.ToString(CultureInfo.InvariantCulture);
        }
        else if (Format == KnobFormat.Word ? ValueIn(wanted) == wanted : choices.Contains(wanted, StringComparer.Ordinal)) return wanted;
        throw new UsageException($"knob {Name}: '{PlainText.OneLine(wanted, 60)}' is not a value it takes; it takes {Accepts(choices)}");
    }

    /// <summary>The accepted values in words.</summary>
    internal string Accepts(IReadOnlyList<string> choices) => Format == KnobFormat.Number
        ? $"{Min} to {Max}{(Unit is null ? "" : " " + Unit)}"
        : choices.Count == 0 ? "one of the words its file lists" : string.Join(", ", choices);
}
