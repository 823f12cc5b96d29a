using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>On whose behalf a knob was changed, which decides when it is put back.</summary>
[JsonConverter(typeof(WordConverter<KnobOwner>))]
public enum KnobOwner
{
    /// <summary>A run: put back at its end, or at the next start once its process is gone.</summary>
    Run,

    /// <summary><c>knobs set</c>: put back by <c>knobs restore</c> alone.</summary>
    User,
}

/// <summary>A change of a knob, written to the journal before the knob is.</summary>
public sealed record JournalEntry
{
    /// <summary>Counts the changes of this journal from 1; later changes of a knob are undone first.</summary>
    public required long Id { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The knob's name.</summary>
    public required string Knob { get; init; }

    /// <summary>The kernel's file, for whoever reads the journal without this program.</summary>
    public required string Path { get; init; }

    /// <summary>The value found, to be put back.</summary>
    public required string Old { get; init; }

    /// <summary>The value set.</summary>
    public required string New { get; init; }

    /// <summary>On whose behalf.</summary>
    public required KnobOwner Owner { get; init; }

    /// <summary>The process that set it.</summary>
    public required ProcessIdentity Process { get; init; }

    /// <summary>That process's command line, cut short.</summary>
    public required string Command { get; init; }

    /// <summary>The boot it was set in.</summary>
    public required string Boot { get; init; }
}

/// <summary>How an attempt to put a knob back ended.</summary>
[JsonConverter(typeof(WordConverter<RestoreOutcome>))]
public enum RestoreOutcome
{
    /// <summary>The old value was written and read back.</summary>
    Restored,

    /// <summary>The knob had its old value already.</summary>
    AlreadyBack,

    /// <summary>The kernel refused the new value; the old one stayed in force or was put back.</summary>
    Refused,

    /// <summary>Somebody else changed the knob after us: it has neither our value nor the old one, and was left as it is.</summary>
    Foreign,

    /// <summary>The host rebooted since, so our value is gone; the knob was left as it is.</summary>
    Rebooted,

    /// <summary>It could not be put back; the journal keeps the entry.</summary>
    Failed,
}

/// <summary>What put a knob back.</summary>
[JsonConverter(typeof(WordConverter<RestoredBy>))]
public enum RestoredBy
{
    /// <summary>The process that had set it.</summary>
    Owner,

    /// <summary>The next start of the harness after the owner had ended without restoring.</summary>
    NextStart,

    /// <summary><c>knobs restore</c>.</summary>
    Command,
}

/// <summary>The end of a journal entry.</summary>
public sealed record JournalClosing
{
    /// <summary>The entry's <see cref="JournalEntry.Id"/>.</summary>
    public required long Id { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How it ended; never <see cref="RestoreOutcome.Failed"/>.</summary>
    public required RestoreOutcome Outcome { get; init; }

    /// <summary>By what.</summary>
    public required RestoredBy By { get; init; }

    /// <summary>The value found before anything was written, or null when the knob was absent.</summary>
    public string? Found { get; init; }
}

/// <summary>One line of the journal: one of the two is set.</summary>
internal sealed record JournalLine
{
    public JournalEntry? Set { get; init; }

    public JournalClosing? Closed { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
