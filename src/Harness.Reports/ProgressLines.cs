using System.Globalization;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>
/// How far a session is: on a terminal one live line with an estimate of what is left, elsewhere a plain line for each step. Meant for standard
/// error, so that standard output stays the result's.
/// </summary>
public sealed class ProgressLines
{
    private readonly IAnsiConsole _console;
    private readonly StatusContext? _live;
    private readonly TimeProvider _clock;
    private readonly long _begin;
    private readonly int _steps;
    private int _finished;

    private ProgressLines(IAnsiConsole console, int steps, TimeProvider clock, StatusContext? live)
    {
        _console = console;
        _steps = steps;
        _clock = clock;
        _live = live;
        _begin = clock.GetTimestamp();
    }

    /// <summary>Does the work while progress is shown.</summary>
    /// <param name="console">Where to show it; a live line only when it is a terminal.</param>
    /// <param name="steps">How many steps (runs) there will be.</param>
    /// <param name="work">The work.</param>
    /// <param name="clock">The clock of the estimate; the system's when null.</param>
    public static Task<T> ShowAsync<T>(IAnsiConsole console, int steps, Func<ProgressLines, Task<T>> work, TimeProvider? clock = null)
    {
        TimeProvider time = clock ?? TimeProvider.System;
        return console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi
            ? console.Status().Spinner(Spinner.Known.Line).StartAsync("...", live => work(new ProgressLines(console, steps, time, live)))
            : work(new ProgressLines(console, steps, time, null));
    }

    /// <summary>A step begins.</summary>
    /// <param name="what">What it is: <c>after, pair 1 on vm:6.12</c>.</param>
    public void Started(string what)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"[{_finished + 1}/{_steps}] {Plain.Line(what)}{Estimate()}");
        if (_live is not null) _live.Status = Markup.Escape(line);
        else WriteLine(line);
    }

    /// <summary>The step that began last is over.</summary>
    public void Finished() => _finished++;

    /// <summary>A line that stays: a failure, a retry, what is being installed.</summary>
    public void Say(string line) => WriteLine(Plain.Line(line));

    // past the console where it is not live, which would fold a long line: logs are read line by line
    private void WriteLine(string line)
    {
        if (_live is null) _console.Profile.Out.Writer.WriteLine(line);
        else _console.WriteLine(line);
    }

    // the mean of the steps so far stands for those to come: arms alternate, so both kinds are in it
    private string Estimate()
    {
        if (_finished == 0 || _finished >= _steps) return "";
        TimeSpan left = _clock.GetElapsedTime(_begin) / _finished * (_steps - _finished);
        return left.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalMinutes):0} min left")
            : string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left.TotalSeconds):0} s left");
    }
}
