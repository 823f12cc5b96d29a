using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>A session runner with fake targets; everything that happens is kept as a list of words, and any point can be made to fail.</summary>
internal sealed class Bench(TempHome home) : ISessionProgress
{
    public List<string> Events { get; } = [];

    public List<RunRequest> Requests { get; } = [];

    public List<RunRecord> Saved { get; } = [];

    public List<RunProgress> Progress { get; } = [];

    /// <summary>Called at every point with its name (<c>run 3</c>, <c>save 3</c>, <c>started 3</c>, …); may throw.</summary>
    public Action<string> At { get; set; } = _ => { };

    public Func<RunRequest, RunRecord> Result { get; set; } = request => Record(request, 42);

    public Clock Time { get; } = new();

    public SessionRunner Runner => Held(_ => Task.CompletedTask);

    /// <summary>A runner whose runs wait for something first.</summary>
    public SessionRunner Held(Func<CancellationToken, Task> beforeRun) =>
        new(home.Folders, Open, record => { Saved.Add(record); Point($"save {record.Request.Sequence}"); }, this, Time) { BeforeRun = beforeRun };

    public static RunRecord Record(RunRequest request, double migrated) => new()
    {
        Request = request,
        Target = "vm:fake",
        Origin = Origin.Emulated,
        State = RunState.Done,
        Started = DateTimeOffset.UnixEpoch,
        WindowSeconds = 1,
        Counters = [new Counter { Name = "vmstat.pgmigrate_success", Unit = "pages", Value = migrated }],
    };

    public void Opened(Manifest manifest) => Point("opened");

    public void Started(RunProgress progress) => Point($"started {progress.Run.Sequence}");

    public void Finished(RunProgress progress, RunRecord record)
    {
        Progress.Add(progress);
        Point($"finished {progress.Run.Sequence}");
    }

    public void Notice(string line) => Events.Add("notice " + line);

    private void Point(string name)
    {
        Events.Add(name);
        At(name);
    }

    private Task<ITarget> Open(Arm arm)
    {
        Point($"open {arm.Name} {arm.Target}");
        return Task.FromResult<ITarget>(new Target(this, arm));
    }

    private sealed class Target(Bench bench, Arm arm) : ITarget
    {
        public string Name => arm.Target;

        public Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
        {
            Assert.Equal(arm.Name, request.Arm);
            Assert.True(Directory.Exists(logs));
            bench.Requests.Add(request);
            bench.Time.Now += TimeSpan.FromSeconds(10);
            bench.Point($"run {request.Sequence}");
            cancel.ThrowIfCancellationRequested();
            return Task.FromResult(bench.Result(request));
        }

        public ValueTask DisposeAsync()
        {
            bench.Point($"dispose {arm.Name}");
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.UtcTicks;
    }
}
