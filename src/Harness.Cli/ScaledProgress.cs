using System.Diagnostics;

namespace Harness.Cli;

/// <summary>
/// How far a simulation at scale is, on standard error: on a terminal one line that is written over each second, elsewhere a line every
/// tenth of the way.
/// </summary>
/// <param name="arms">The arms' names.</param>
internal sealed class ScaledProgress(IReadOnlyList<string> arms)
{
    private const int Steps = 10;

    private readonly bool live = !Console.IsErrorRedirected;
    private readonly Lock writing = new();

    /// <summary>Shows the progress until the simulation has ended, however it ends.</summary>
    /// <param name="running">The simulation.</param>
    /// <param name="progressOf">How much of an arm is done, 0 to 1.</param>
    public async Task WatchAsync(Task running, Func<int, double> progressOf)
    {
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1));
        using CancellationTokenSource over = new();
        _ = running.ContinueWith(_ => over.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Stopwatch time = Stopwatch.StartNew();
        double atStart = -1;
        int shown = 0;
        try
        {
            while (await second.WaitForNextTickAsync(over.Token))
            {
                double[] done = [.. arms.Select((_, arm) => progressOf(arm))];
                double mean = done.Average();
                if (atStart < 0) atStart = mean;
                int step = (int)(mean * Steps);
                if (!live && step <= shown) continue;
                shown = step;
                Show(string.Join(", ", done.Select((share, arm) => $"{arms[arm]} {share:0 %}")) + Left(mean, mean - atStart, time.Elapsed));
            }
        }
        catch (OperationCanceledException)
        {
            if (live) Show("");
        }
    }

    /// <summary>A line that stays.</summary>
    public void Notice(string line)
    {
        lock (writing) Console.Error.WriteLine(live ? $"\r\x1b[K{line}" : line);
    }

    private static string Left(double done, double since, TimeSpan time) =>
        since > 0 && done < 1 ? $", about {Math.Ceiling(time.TotalSeconds * (1 - done) / since):0} s left" : "";

    private void Show(string line)
    {
        lock (writing)
        {
            if (live) Console.Error.Write($"\r\x1b[K{line}");
            else Console.Error.WriteLine(line);
        }
    }
}
