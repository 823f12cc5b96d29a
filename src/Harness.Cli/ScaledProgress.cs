using System.Diagnostics;

namespace Harness.Cli;

/// <summary>How far a simulation at scale is: on a terminal every second, elsewhere every tenth of the way.</summary>
/// <param name="arms">The arms' names.</param>
internal sealed class ScaledProgress(IReadOnlyList<string> arms)
{
    private const int Steps = 10;

    private readonly LiveLine line = new();

    /// <summary>Shows the progress until the simulation has ended, however it ends.</summary>
    /// <param name="running">The simulation.</param>
    /// <param name="progressOf">How much of an arm is done, 0 to 1.</param>
    public async Task WatchAsync(Task running, Func<int, double> progressOf)
    {
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1));
        using CancellationTokenSource over = new();
        _ = running.ContinueWith(
            _ => over.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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
                if (!line.OnTerminal && step <= shown) continue;
                shown = step;
                string shares = string.Join(", ", done.Select((share, arm) => $"{arms[arm]} {share:0 %}"));
                line.Show(shares + Left(mean, mean - atStart, time.Elapsed));
            }
        }
        catch (OperationCanceledException)
        {
            line.End();
        }
    }

    /// <summary>A line that stays.</summary>
    public void Notice(string text) => line.Notice(text);

    private static string Left(double done, double since, TimeSpan time) =>
        since > 0 && done < 1 ? $", about {Math.Ceiling(time.TotalSeconds * (1 - done) / since):0} s left" : "";
}
