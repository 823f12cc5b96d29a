namespace Harness.Experiments;

/// <summary>The targets of a session, one for each arm, opened together and disposed together.</summary>
internal sealed class OpenTargets : IAsyncDisposable
{
    private readonly Dictionary<string, ITarget> targets = new(StringComparer.Ordinal);

    public ITarget this[string arm] => targets[arm];

    /// <summary>Opens all; when one cannot be opened, those before it are disposed.</summary>
    public static async Task<OpenTargets> OpenAsync(IReadOnlyList<Arm> arms, Func<Arm, Task<ITarget>> open)
    {
        var opened = new OpenTargets();
        try
        {
            foreach (Arm arm in arms) opened.targets.Add(arm.Name, await open(arm));
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Disposes every target even when one of them throws; the first exception leaves at the end.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] tasks = [.. targets.Values.Reverse().Select(async target => await target.DisposeAsync())];
        targets.Clear();
        await Task.WhenAll(tasks);
    }
}
