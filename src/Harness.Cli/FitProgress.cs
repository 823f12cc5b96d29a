using System.Diagnostics;

namespace Harness.Cli;

/// <summary>How far a fit is: live on a terminal, elsewhere a line every tenth of the way.</summary>
/// <param name="about">About how often the model will be asked.</param>
internal sealed class FitProgress(int about)
{
    private const int Steps = 10;

    private readonly LiveLine line = new();
    private readonly Stopwatch time = Stopwatch.StartNew();
    private int asked;

    /// <summary>The model has answered once more.</summary>
    public void Asked()
    {
        asked++;
        if (!line.OnTerminal && asked % Math.Max(about / Steps, 1) != 0) return;
        string left = asked < about ? $", about {Math.Ceiling(time.Elapsed.TotalSeconds * (about - asked) / asked):0} s left" : "";
        line.Show($"fitting: the model was asked {asked} times of about {about}{left}");
    }

    /// <summary>The fit is over.</summary>
    public void End() => line.End();
}
