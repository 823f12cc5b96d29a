using System.Diagnostics;
using System.Globalization;
using Harness.Host.Proc;
using Harness.Host.Recording.Symbols;
using Harness.Interop;
using Harness.Records;
using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>
/// Records what the kernel unmaps, flushes, frees and allocates between two moments into a trace file. Everything is set up beforehand, in
/// a tracing instance of our own, and one thread reads all CPUs' buffers some forty times a second.
/// </summary>
internal sealed class Recorder : IDisposable
{
    // One for all CPUs. Measured in emulated guests of both kernels, with hpet and with tsc below it: it costs no more than the others.
    private const string Clock = "mono";

    // What one CPU may write meanwhile must fit twice into its buffer: a million events a second of 40 bytes (measured: 33 to 60). Each
    // reading is a switch to the recorder's address space and back, so it reads no more often than that.
    private const double BytesPerSecond = 40e6;
    private const double Spare = 2;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    // Assumed: what a kill may cost of the file's end is a second.
    private static readonly TimeSpan FlushPeriod = TimeSpan.FromSeconds(1);

    private const int PageBytes = 4096;

    private readonly RecordingRequest request;
    private readonly ProbeSet set;
    private readonly DirectFile file;
    private readonly RecordedHost host = new(new HostTree("/"));
    private readonly TickTimer timer = new();
    private readonly Thread thread;
    private readonly int mostPages;
    private readonly TimeSpan period;
    private TraceInstance instance = null!;
    private List<Probe> probes = [];
    private List<string> missing = [];
    private EventDecoder decoder = null!;
    private CpuBuffer[] buffers = [];
    private TraceWriter? writer;
    private volatile bool ending;
    private Exception? failure;
    private TimeSpan used;
    private long started;
    private double seconds;
    private Counts before;
    private Counts after;
    private bool disposed;

    /// <summary>Chooses what to record and opens the file. Touches nothing of the kernel's.</summary>
    /// <param name="request">What to record, where to, and how much room there is.</param>
    /// <exception cref="HostCannotException">The kernel does not say enough of itself, or the file cannot be written.</exception>
    internal Recorder(RecordingRequest request)
    {
        this.request = request;
        set = ProbeSet.Choose(KernelSymbols.OfThisHost(), request.Switches);
        mostPages = Math.Max(1, request.BufferKiB * 1024 / PageBytes);
        period = TimeSpan.FromSeconds(Math.Min(request.BufferKiB * 1024 / (Spare * BytesPerSecond), Longest.TotalSeconds));
        thread = new Thread(Run) { IsBackground = true, Name = "recorder" };
        try
        {
            file = new DirectFile(request.Path);
        }
        catch (IOException e)
        {
            timer.Dispose();
            throw Cannot(e);
        }
    }

    /// <summary>Sets all up that the recording needs in the kernel, so that only a switch is left to turn.</summary>
    /// <param name="made">Our instance, which is there; the caller removes it after this object is disposed of.</param>
    /// <param name="description">The host.</param>
    /// <exception cref="HostCannotException">The kernel refuses.</exception>
    internal void SetUp(TraceInstance made, HostDescription description)
    {
        instance = made;
        try
        {
            instance.Write("trace_clock", Clock);
            instance.Write("options/overwrite", "0");
            instance.Write("buffer_size_kb", request.BufferKiB.ToString(CultureInfo.InvariantCulture));
            missing = [.. set.Missing];
            probes = Enable(instance, set.Probes, missing);
            EventFormat[] formats = [.. probes.Select(probe => instance.Format(probe.System, probe.Event))];
            decoder = new EventDecoder(probes, formats, set);
            buffers = [.. description.Cpus.Select(cpu => new CpuBuffer(instance, cpu))];
            writer = new TraceWriter(file, Header(description));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Cannot(e);
        }
    }

    /// <summary>The recording begins.</summary>
    internal void Begin()
    {
        thread.Start();
        timer.Start(period);
        before = Count();
        started = Stopwatch.GetTimestamp();
        instance.Write("tracing_on", "1");
    }

    /// <summary>The recording ends; the buffers are still being read.</summary>
    internal void Stop()
    {
        instance.Write("tracing_on", "0");
        seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        after = Count();
    }

    /// <summary>Reads what the buffers still hold and completes the file.</summary>
    /// <returns>What it holds.</returns>
    /// <exception cref="HostCannotException">A part of it could not be read or written; what the file has up to there can be
    /// read.</exception>
    internal RecordingSummary Finish()
    {
        try
        {
            Join();
            if (failure is not null) throw new IOException(failure.Message, failure);
            LostEvents[] lost =
                [.. buffers.Select(buffer => new LostEvents(buffer.Cpu, buffer.Lost())).Where(lost => lost.Events > 0)];
            TraceTrailer trailer = new()
            {
                Seconds = seconds,
                Events = writer!.Events,
                Lost = lost,
                BatchFlushes = after.BatchFlushes - before.BatchFlushes,
                MissedHits = after.MissedHits - before.MissedHits,
                TlbInterrupts = after.TlbInterrupts - before.TlbInterrupts,
            };
            writer.Finish(trailer);
            return new RecordingSummary
            {
                Bytes = writer.Bytes,
                Events = writer.Events,
                Lost = lost.Sum(lost => lost.Events),
                Seconds = seconds,
                BatchFlushes = trailer.BatchFlushes,
                TlbInterrupts = trailer.TlbInterrupts,
                RecorderCpuSeconds = used.TotalSeconds,
                Missing = [.. missing, .. Damage()],
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"recording into {request.Path}: {e.Message}; what is in the file up to there can be read", e);
        }
    }

    /// <summary>Ends the reading and closes all files; what was recorded so far stays readable.</summary>
    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        Join();
        try
        {
            if (failure is null) writer?.Flush();
            file.Dispose();
        }
        catch (IOException)
        {
            // The disk is full or gone: what it took before is all there is.
        }
        foreach (CpuBuffer buffer in buffers) buffer.Dispose();
        timer.Dispose();
    }

    /// <summary>Makes the probes that have to be made, and enables all; those that the kernel refuses become sentences.</summary>
    private static List<Probe> Enable(TraceInstance instance, IReadOnlyList<Probe> wanted, List<string> missing)
    {
        List<Probe> enabled = [];
        foreach (Probe probe in wanted)
        {
            try
            {
                if (probe.Definition is { } definition) instance.Add(definition);
                string folder = $"events/{probe.System}/{probe.Event}";
                if (probe.Filter is { } filter) instance.Write($"{folder}/filter", filter);
                instance.Write($"{folder}/enable", "1");
                enabled.Add(probe);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                missing.Add($"no {probe.Kind} events of {probe.System}:{probe.Event}: the kernel refuses '{probe.Source}' ({e.Message})");
            }
        }
        return enabled;
    }

    private HostCannotException Cannot(Exception e) => new($"recording into {request.Path}: {e.Message}", e);

    private TraceHeader Header(HostDescription description) => new()
    {
        KernelRelease = description.KernelRelease,
        Processor = description.CpuModel,
        Clock = Clock,
        Started = DateTimeOffset.UtcNow,
        Cpus = description.Cpus,
        CpuWords = set.CpuWords,
        Zones = host.Zones(),
        Sources =
        [
            .. probes.Select(probe =>
                new Traces.TraceSource(probe.Kind, probe.Filter is null ? probe.Source : $"{probe.Source} if {probe.Filter}")),
        ],
        Missing = missing,
        Offsets = set.Offsets,
        Kswapd = host.Kswapd(),
        Subject = request.Subject,
    };

    private void Run()
    {
        try
        {
            ResourceUse before = ResourceUse.OfThread();
            int ticksToFlush = (int)Math.Ceiling(FlushPeriod / period);
            for (int ticks = 1; ; ticks++)
            {
                timer.Wait();
                // Looked at before the buffers: what came before the end is then in them.
                bool last = ending;
                foreach (CpuBuffer buffer in buffers) buffer.Drain(decoder, writer!, mostPages);
                if (last) break;
                if (ticks % ticksToFlush == 0) writer!.Flush();
            }
            used = ResourceUse.OfThread().Since(before).Cpu;
        }
        catch (Exception e) when (e is IOException or ArgumentException or NativeException)
        {
            failure = e;
        }
    }

    private void Join()
    {
        ending = true;
        if ((thread.ThreadState & System.Threading.ThreadState.Unstarted) != 0) return;
        timer.WakeAndStop();
        thread.Join();
    }

    private IEnumerable<string> Damage()
    {
        long damaged = buffers.Sum(buffer => buffer.DamagedPages);
        if (damaged > 0) yield return $"{damaged} pages of the kernel's buffers could be read in part only";
    }

    private Counts Count()
    {
        IReadOnlyDictionary<string, (long Hits, long Misses)> hits = instance.Hits();
        long? flushes = null;
        long missed = 0;
        foreach (Probe probe in probes)
        {
            if (!hits.TryGetValue(probe.Event, out (long Hits, long Misses) counted)) continue;
            missed += counted.Misses;
            if (probe.Kind == TraceEventKind.BatchFlush) flushes = (flushes ?? 0) + counted.Hits;
        }
        return new Counts(flushes, missed, host.TlbInterrupts());
    }

    private readonly record struct Counts(long? BatchFlushes, long MissedHits, long? TlbInterrupts);
}
