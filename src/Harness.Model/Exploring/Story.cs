using System.Text;

namespace Harness.Model;

/// <summary>
/// Tells a counterexample as numbered lines. What a step did is read off the state before and after it, so that the story cannot say
/// anything that did not happen.
/// </summary>
internal sealed class Story
{
    private readonly Scene scene;
    private readonly Kernel kernel;
    private readonly Kernel before;
    private readonly byte[] state;
    private readonly List<string> lines = [];
    private readonly List<string> events = [];
    private int speaker = -1;

    private Story(Scene scene)
    {
        this.scene = scene;
        kernel = scene.Build();
        before = scene.Build();
        state = new byte[kernel.State.Bytes];
    }

    /// <summary>The lines of the story, numbered from 1.</summary>
    internal static IReadOnlyList<string> Tell(Scene scene, Counterexample found) => new Story(scene).Tell(found);

    private List<string> Tell(Counterexample found)
    {
        foreach (Move move in found.Moves)
        {
            kernel.State.Save(state);
            before.State.Resume(state);
            kernel.Tallies.Clear();
            events.Clear();
            if (move.Choice == Move.Receive) events.Add("runs the flush that was sent to it");
            Explorer.Make(kernel, scene, move);
            Compare(move);
            string? begins = move.Choice >= 0 ? Name(scene.Menus[move.Cpu].Calls[move.Choice]) : null;
            Say(move.Cpu, begins);
        }
        lines.Add($"{lines.Count + 1}. {End(found)}");
        return lines;
    }

    private void Say(int cpu, string? begins)
    {
        if (begins is null && events.Count == 0) return;
        string what = string.Join(", ", events);
        if (begins is null && cpu == speaker)
        {
            lines[^1] += lines[^1].EndsWith(':') ? " " + what : ", " + what;
            return;
        }
        speaker = cpu;
        string who = kernel.MmOf(cpu) < 0 ? $"CPU {cpu} (kernel thread)" : $"CPU {cpu}";
        var line = new StringBuilder($"{lines.Count + 1}. {who}");
        if (begins is not null) line.Append(' ').Append(begins).Append(events.Count > 0 ? ": " : ":").Append(what);
        else line.Append(kernel.Idle(cpu) && before.Idle(cpu) ? " " : " goes on: ").Append(what);
        lines.Add(line.ToString());
    }

    private void Compare(Move move)
    {
        ComparePages();
        CompareFile();
        CompareFrames();
        CompareFlush(move.Cpu);
        Tell(Tally.GiveUps, "declines to let the flush wait");
        Tell(Tally.AllocationFlushes, "must flush before it may use the frame");
        Tell(Tally.TriggerFlushes, "flushes what is pending first");
        Tell(Tally.PressureFlushes, "flushes and frees what is kept, since memory is low");
        Tell(Tally.PendingFlushes, "finds that a batch is pending for this address space and flushes");
        Tell(Tally.AllocationFailures, "gets no frame");
        Tell(Tally.Refused, "gets SIGSEGV");
    }

    private void ComparePages()
    {
        for (int mm = 0; mm < kernel.Spaces.Count; mm++)
        {
            for (int page = 0; page < kernel.Spaces.Pages; page++)
            {
                Pte now = kernel.Spaces.Pte(mm, page);
                Pte was = before.Spaces.Pte(mm, page);
                if (now == was) continue;
                if (now.IsNone) events.Add($"clears the PTE of page {page} (frame {was.Frame})");
                else if (now.IsEntry) events.Add($"puts a migration entry in place of page {page} (frame {was.Frame})");
                else if (now.ProtNone && !was.ProtNone) events.Add($"makes page {page} PROT_NONE");
                else if (!was.Maps || now.Frame != was.Frame) events.Add($"maps page {page} to frame {now.Frame}, {Rights(now)}");
                else if (now.Writable != was.Writable) events.Add($"makes page {page} {Rights(now)}");
            }
        }
    }

    private void CompareFile()
    {
        for (int index = 0; index < kernel.Cache.Pages; index++)
        {
            int now = kernel.Cache.Find(0, index);
            int was = before.Cache.Find(0, index);
            if (kernel.Cache.Stored(0, index) != before.Cache.Stored(0, index)) events.Add($"the server's page {index} changes");
            if (now == was) continue;
            if (now < 0) events.Add($"takes file page {index} out of the page cache");
            else if (was < 0) events.Add($"reads file page {index} into frame {now}");
            else events.Add($"copies file page {index} from frame {was} to frame {now}");
        }
    }

    private void CompareFrames()
    {
        for (int frame = 0; frame < kernel.Frames.Count; frame++)
        {
            FrameUse now = kernel.Frames.Use(frame);
            FrameUse was = before.Frames.Use(frame);
            if (now == FrameUse.Free && was != FrameUse.Free) events.Add($"frees frame {frame}{Waiting()}");
            if (now == FrameUse.Kernel && was != FrameUse.Kernel) events.Add($"the kernel takes frame {frame} for itself");
            if (now == FrameUse.Anonymous && was != FrameUse.Anonymous) events.Add($"takes frame {frame} for private memory");
            if (kernel.Policy.Holds(frame) && !before.Policy.Holds(frame)) events.Add($"keeps frame {frame}, its flush still to come");
            long content = kernel.Frames.Content(frame);
            if (was == now && content != before.Frames.Content(frame)) events.Add($"writes {content} into frame {frame}");
        }
    }

    private static string Rights(Pte pte) => pte.Writable ? "writable" : "read-only";

    private string Waiting() => kernel.Policy.Pending ? ", its flush still to come" : "";

    private void CompareFlush(int cpu)
    {
        if (kernel.Policy.Pending && !before.Policy.Pending) events.Add("leaves the flush for later");
        if (kernel.Flushes.InFlight(cpu) && !before.Flushes.InFlight(cpu)) events.Add("begins a flush");
        if (!kernel.Flushes.InFlight(cpu) && before.Flushes.InFlight(cpu)) events.Add("the flush is over");
    }

    private void Tell(Tally tally, string what)
    {
        if (kernel.Tallies[tally] > 0) events.Add(what);
    }

    private static string End(Counterexample found) => found.Fault switch
    {
        Fault.WrongAccess => $"Wrong: {Wrong(found.Report!.Value)}",
        Fault.Deadlock => "Wrong: every CPU waits for another; none can go on",
        Fault.Leak => "Wrong: all is at rest, and a frame that nothing refers to is not free",
        Fault.PressureUnanswered => "Wrong: an allocation fails, or asks again and again, while frames only wait for their flush",
        Fault.NeedlessFlush => "Wrong: a flush is forced for want of memory, though the frames that wait for it count as free",
        _ => throw new ArgumentOutOfRangeException(nameof(found)),
    };

    private static string Wrong(Report report) => report.What switch
    {
        Violation.GivenAway => $"CPU {report.Cpu} reads page {report.Page} through an old translation to frame {report.Frame}, "
            + $"which has been given to someone else (it sees {report.Seen})",
        Violation.Rewritten => $"CPU {report.Cpu} reads page {report.Page} through an old translation to frame {report.Frame} and sees "
            + $"{report.Seen}; the page holds {report.Expected}",
        Violation.LostWrite => $"CPU {report.Cpu} stores to page {report.Page} through an old translation to frame {report.Frame}, "
            + "which is no longer the page's: the store is lost",
        Violation.RightsShrunk => $"CPU {report.Cpu} accesses page {report.Page} through an old translation to frame {report.Frame}; "
            + "its address space no longer allows that",
        _ => throw new ArgumentOutOfRangeException(nameof(report)),
    };

    private static string Name(KernelCall call) => call.Kind switch
    {
        CallKind.Access => call.B == 0 ? $"reads page {call.A}" : $"stores {call.Value} to page {call.A}",
        CallKind.Reclaim => $"reclaims file page {call.B}",
        CallKind.Migrate => $"moves {(call.Value < 0 ? "file " : "")}page {call.A} to node {call.C}",
        CallKind.Unmap => $"munmaps page {call.A}",
        CallKind.Map => $"maps {(call.D < 0 ? "private memory" : "the file")} over page {call.A} with MAP_FIXED"
            + (((VmaFlags)call.C & VmaFlags.Write) != 0 ? ", writable" : ""),
        CallKind.Protect => $"mprotects page {call.A} to {((VmaFlags)call.C == VmaFlags.None ? "no access" : (VmaFlags)call.C)}",
        CallKind.Write => $"writes {call.Value} to file page {call.B} with write(2)",
        CallKind.Invalidate => $"learns that the server has changed file page {call.B} to {call.Value}",
        CallKind.KernelPage => call.A == 0 ? "allocates a page for the kernel" : "allocates a page for the kernel with interrupts off",
        CallKind.Nap => "sleeps",
        CallKind.Fork => "forks",
        CallKind.Scan => $"scans page {call.A}",
        _ => throw new ArgumentOutOfRangeException(nameof(call)),
    };
}
