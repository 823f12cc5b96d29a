using System.Text;
using Spectre.Console;

namespace Harness.Reports.Tests;

/// <summary>Does progress stay readable in a log, and does its estimate follow the clock?</summary>
public sealed class ProgressLinesTests
{
    [Fact]
    public async Task Elsewhere_than_on_a_terminal_each_step_is_one_plain_line_with_an_estimate()
    {
        using StringWriter writer = new();
        StoppedClock clock = new();
        string longLine = new string('x', 150) + " y";
        int result = await ProgressLines.ShowAsync(
            ReportConsole.On(writer),
            4,
            progress =>
            {
                progress.Started("before, pair 0");
                clock.Advance(TimeSpan.FromSeconds(20));
                progress.Finished();
                progress.Started("after, pair 0");
                clock.Advance(TimeSpan.FromSeconds(60));
                progress.Finished();
                progress.Say("retry \u001b[2J" + longLine);
                progress.Started("after, pair 1");
                return Task.FromResult(42);
            },
            clock);
        Assert.Equal(42, result);
        Assert.Equal(
            $"[1/4] before, pair 0\n[2/4] after, pair 0, about 1 min left\nretry ?[2J{longLine}\n[3/4] after, pair 1, about 2 min left\n", writer.ToString());
    }

    [Fact]
    public async Task On_a_terminal_names_with_markup_are_shown_and_not_interpreted()
    {
        StringBuilder screen = new();
        using StringWriter writer = new(screen);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new Terminal(writer),
        });
        await ProgressLines.ShowAsync(console, 1, progress =>
        {
            progress.Started("[red]arm[/]");
            progress.Say("kept [line]");
            return Task.FromResult(0);
        });
        Assert.Contains("kept [line]", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_the_work_comes_through()
    {
        using StringWriter writer = new();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ProgressLines.ShowAsync<int>(ReportConsole.On(writer), 1, _ => throw new InvalidOperationException("no")));
    }

    private sealed class StoppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }

    private sealed class Terminal(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 80;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
