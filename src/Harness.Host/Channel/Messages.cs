using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Host.Channel;

/// <summary>The kinds of message; PROTOCOL.md says who sends which and when.</summary>
public static class MessageKind
{
    /// <summary>Agent to harness, once, first: <see cref="AgentHello"/>.</summary>
    public const string Hello = "hello";

    /// <summary>Harness to agent: a <see cref="RunRequest"/>.</summary>
    public const string Run = "run";

    /// <summary>Agent to harness: the <see cref="RunRecord"/> of the run.</summary>
    public const string Record = "record";

    /// <summary>
    /// Agent to harness: <see cref="AgentFailure"/>, in place of a record or in answer to a line that cannot be understood.
    /// </summary>
    public const string Failed = "failed";
}

/// <summary>The agent's first message.</summary>
public sealed record AgentHello
{
    /// <summary>The protocol this build speaks. Raised when a reader of the old one would misread the new one.</summary>
    public const int CurrentProtocol = 1;

    /// <summary>The protocol the agent speaks.</summary>
    public required int Protocol { get; init; }

    /// <summary>The request and record format the agent knows, <see cref="RunRecord.CurrentVersion"/> of its build.</summary>
    public required int RecordVersion { get; init; }

    /// <summary><c>/proc/sys/kernel/osrelease</c> where the agent runs.</summary>
    public required string KernelRelease { get; init; }
}

/// <summary>Why a request gave no record.</summary>
public sealed record AgentFailure
{
    /// <summary>What the exception would have been on this side.</summary>
    public required ExitCode ExitCode { get; init; }

    /// <summary>The named failure; null when the run was refused before it started (<see cref="ExitCode"/> 2 or 3).</summary>
    public FailureKind? Kind { get; init; }

    /// <summary>One line for the user.</summary>
    public required string Message { get; init; }
}

/// <summary>The JSON form of the channel's own messages; records have theirs in <see cref="RecordJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentHello))]
[JsonSerializable(typeof(AgentFailure))]
public sealed partial class ChannelJson : JsonSerializerContext;
