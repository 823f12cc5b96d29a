namespace Harness.Model;

/// <summary>Time by thread and component.</summary>
internal sealed class Accounts(int threads)
{
    internal static readonly int Components = Enum.GetValues<Component>().Length;

    private readonly long[] spent = new long[threads * Components];

    internal void Charge(int thread, Component component, long ns) => spent[thread * Components + (int)component] += ns;

    internal IReadOnlyDictionary<Component, Nanoseconds> Of(int thread)
    {
        Dictionary<Component, Nanoseconds> parts = [];
        foreach (Component component in Enum.GetValues<Component>())
        {
            parts.Add(component, new Nanoseconds(spent[thread * Components + (int)component]));
        }
        return parts;
    }
}
