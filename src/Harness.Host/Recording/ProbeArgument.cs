namespace Harness.Host.Recording;

/// <summary>A fetch argument of a probe of our own.</summary>
/// <param name="Name">The field that it becomes.</param>
/// <param name="Fetch">What tracefs is to fetch: <c>%di</c>, <c>+0(%dx)</c>.</param>
/// <param name="Use">What the field says.</param>
/// <param name="Type">Its type, as fetch arguments name it.</param>
internal readonly record struct ProbeArgument(string Name, string Fetch, ProbeFieldUse Use, string Type = "x64")
{
    /// <inheritdoc />
    public override string ToString() => $"{Name}={Fetch}:{Type}";
}
