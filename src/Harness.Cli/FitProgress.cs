using System.Diagnostics;

namespace Harness.Cli;

/// <summary>How far a fit is, on standard error: on a terminal one line that is written over, elsewhere a line every tenth of the way.</summary>
/// <param name="about">About how often the model will be asked.</param>
internal sealed class FitProgress(int about)
{
    private const int Steps = 10;

    private readonly bool live = !Console.IsErrorRedirected;
    private readonly Stopwatch time = Stopwatch.StartNew();
    private int asked;

    /// <summary>The model has answered once more.</summary>
    public void Asked()
    {
        asked++;
        if (!live && asked % Math.Max(about / Steps, 1) != 0) return;
        string left = asked < about ? $", about {Math.Ceiling(time.Elapsed.TotalSeconds * (about - asked) / asked):0} s left" : "";
        string line = $"fitting: the model was asked {asked} times of about {about}{left}";
        if (live) Console.Error.Write($"\r\x1b[K{line}");
        else Console.Error.WriteLine(line);
    }

    /// <summary>Clears the live line.</summary>
    public void End()
    {
        if (live) Console.Error.Write("\r\x1b[K");
    }
}
