using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace Harness.Interop;

/// <summary>
/// A call of the system failed. The message is one line: what was tried, the errno by name and in words, and where known what helps.
/// </summary>
public sealed class NativeException : Exception
{
    /// <summary>An error of a known number.</summary>
    /// <param name="attempt">The call and what it was about: <c>perf_event_open(page-faults, cpu 3)</c>.</param>
    /// <param name="number">The errno.</param>
    /// <param name="hint">What would make it work; null when nobody knows.</param>
    public NativeException(string attempt, int number, string? hint = null)
        : base($"{attempt}: {Describe(number)}{(hint is null ? "" : "; " + hint)}")
    {
        Attempt = attempt;
        Number = number;
        Hint = hint;
    }

    /// <summary>What was tried.</summary>
    public string Attempt { get; }

    /// <summary>The errno as this system numbers it.</summary>
    public int Number { get; }

    /// <summary>The errno; 0 for one that Mono.Posix has no name for.</summary>
    public Errno Errno => Enum.IsDefined((Errno)Number) ? (Errno)Number : 0;

    /// <summary>What would make it work, or null.</summary>
    public string? Hint { get; }

    /// <summary>The error of the last native call of this thread.</summary>
    internal static NativeException Last(string attempt, string? hint = null) => new(attempt, Marshal.GetLastPInvokeError(), hint);

    // The enum's values are Linux's own, so that neither the name nor the text needs Mono.Posix's helper library, which wants libz: a bare
    // guest has none.
    private static string Describe(int number) =>
        $"{(Enum.IsDefined((Errno)number) ? (Errno)number : $"errno {number}")} ({Marshal.GetPInvokeErrorMessage(number)})";
}
