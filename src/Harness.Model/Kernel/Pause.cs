namespace Harness.Model;

/// <summary>How a task goes on after a step.</summary>
internal enum PauseKind : byte
{
    /// <summary>Its next step follows when the time has passed.</summary>
    Work,

    /// <summary>It keeps its CPU until what it waits for has come.</summary>
    Spin,

    /// <summary>It gives its CPU up until what it waits for has come.</summary>
    Sleep,

    /// <summary>The call is over.</summary>
    Done,
}

/// <summary>What a step ends with.</summary>
/// <param name="Kind">How the task goes on.</param>
/// <param name="Component">What the time counts as.</param>
/// <param name="Ns">The time, for work.</param>
internal readonly record struct Pause(PauseKind Kind, Component Component, long Ns)
{
    internal static Pause Done => new(PauseKind.Done, Component.Touch, 0);

    internal static Pause Spin(Component component) => new(PauseKind.Spin, component, 0);

    internal static Pause Sleep => new(PauseKind.Sleep, Component.Sleep, 0);

    internal static Pause Work(Cost cost, Component component) => new(PauseKind.Work, component, cost.Ns);

    internal static Pause Work(Cost cost, long times, Component component) => new(PauseKind.Work, component, cost.Ns * times);

    internal static Pause Work(long ns, Component component) => new(PauseKind.Work, component, ns);

    /// <summary>A step that takes no time of its own, after which others may still come first.</summary>
    internal static Pause At(Component component) => new(PauseKind.Work, component, 0);
}
