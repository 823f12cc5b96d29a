using System.Buffers.Binary;
using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>Turns the kernel's records into trace events, by the formats of this kernel's events. Decoding allocates nothing.</summary>
internal sealed class EventDecoder
{
    private const string PidField = "common_pid";
    private const int PageShift = 12;
    private const ulong MostFrames = (1ul << 40) - 1;    // published: x86-64 has 52 bits of physical addresses; what is beyond is no frame

    private readonly Layout?[] byId = new Layout?[1 << 16];
    private readonly ProbeSet set;
    private readonly ulong[] cpus;
    private int cpuWords;

    /// <summary>A decoder of some probes' events.</summary>
    /// <param name="probes">The probes.</param>
    /// <param name="formats">The format of each, in the same order.</param>
    /// <param name="set">What they were chosen with.</param>
    /// <exception cref="IOException">A format lacks a field of its probe.</exception>
    internal EventDecoder(IReadOnlyList<Probe> probes, IReadOnlyList<EventFormat> formats, ProbeSet set)
    {
        this.set = set;
        cpus = new ulong[set.CpuWords];
        for (int i = 0; i < probes.Count; i++) byId[formats[i].Id] = Layout.Of(probes[i], formats[i], set.CpuWords);
    }

    /// <summary>The set of CPUs of the event decoded last; empty when its kind has none.</summary>
    internal ReadOnlySpan<ulong> Cpus => cpus.AsSpan(0, cpuWords);

    /// <summary>Decodes a record.</summary>
    /// <param name="record">The record, from its id on.</param>
    /// <param name="time">Its time.</param>
    /// <param name="cpu">The CPU whose buffer it was in.</param>
    /// <param name="e">The event.</param>
    /// <returns>False when it is none of the probes' records, too short for what it claims to be, or says nothing.</returns>
    internal bool TryDecode(ReadOnlySpan<byte> record, long time, int cpu, out TraceEvent e)
    {
        e = default;
        cpuWords = 0;
        if (record.Length < sizeof(ushort) || byId[BinaryPrimitives.ReadUInt16LittleEndian(record)] is not { } layout) return false;
        if (record.Length < layout.Bytes) return false;
        e.TimeNs = time;
        e.Cpu = (ushort)cpu;
        e.Kind = layout.Kind;
        e.Value = layout.Value;
        e.Flag = layout.Flag;
        e.Pid = (int)layout.Pid.Of(record);
        ulong page = 0;
        ulong start = 0;
        foreach ((EventField field, ProbeFieldUse use) in layout.Fields)
        {
            ulong value = field.Of(record);
            switch (use)
            {
                case ProbeFieldUse.Frame:
                    if (value == ulong.MaxValue) return false;
                    e.Frame = (long)value;
                    break;
                case ProbeFieldUse.Pte:
                    e.Pte = PageTableEntry.OfPresent(value, out long mapped);
                    e.Frame = mapped;
                    break;
                case ProbeFieldUse.MigrationEntry:
                    if (!PageTableEntry.OfMigration(value, set.FirstMigrationType, out long migrated, out PteBits bits)) return false;
                    (e.Frame, e.Pte) = (migrated, bits);
                    break;
                case ProbeFieldUse.Page:
                    page = value;
                    break;
                case ProbeFieldUse.PageBase:
                    e.Frame = (long)((page - value) / (ulong)set.PageBytes);
                    break;
                case ProbeFieldUse.Mm:
                    e.Mm = value;
                    break;
                case ProbeFieldUse.Cpus:
                    cpus[cpuWords++] = value;
                    break;
                case ProbeFieldUse.Order:
                    e.Order = (byte)value;
                    break;
                case ProbeFieldUse.Value:
                    e.Value = (long)value;
                    break;
                case ProbeFieldUse.Flag:
                    e.Flag = value != 0;
                    break;
                case ProbeFieldUse.Start:
                    start = value;
                    break;
                case ProbeFieldUse.End:
                    e.Value = value == ulong.MaxValue ? -1 : (long)((value - start) >> PageShift);
                    break;
            }
        }
        return (ulong)e.Frame <= MostFrames;
    }

    private sealed record Layout(
        TraceEventKind Kind, long Value, bool Flag, EventField Pid, int Bytes, (EventField Field, ProbeFieldUse Use)[] Fields)
    {
        internal static Layout Of(Probe probe, EventFormat format, int cpuWords)
        {
            EventField pid = Field(probe, format, PidField);
            (EventField Field, ProbeFieldUse Use)[] fields =
                [.. probe.Fields.Select(field => (Field(probe, format, field.Name), field.Use)).OrderBy(field => field.Use)];
            if (fields.Count(field => field.Use == ProbeFieldUse.Cpus) > cpuWords)
                throw new IOException($"the event {probe.System}:{probe.Event} has more words of CPUs than the kernel");
            int bytes = fields.Select(field => field.Field).Append(pid).Max(field => field.Offset + field.Size);
            return new Layout(probe.Kind, probe.Value, probe.Flag, pid, bytes, fields);
        }

        private static EventField Field(Probe probe, EventFormat format, string name) =>
            format.Fields.TryGetValue(name, out EventField field) && field.IsNumber
                ? field
                : throw new IOException($"the event {probe.System}:{probe.Event} of this kernel has no number '{name}'");
    }
}
