namespace Harness.Traces;

/// <summary>The parts of an event that not every kind has, in the order in which the file has them.</summary>
[Flags]
internal enum KindFields : byte
{
    None = 0,
    Pte = 1,
    Order = 2,
    Frame = 4,
    Value = 8,
    Mm = 16,
    Cpus = 32,

    /// <summary>Kept by reference to what the block has had before.</summary>
    References = Mm | Cpus,
}

/// <summary>Which parts each kind has. This is part of the format: a change of it raises <see cref="TraceFormat.Version"/>.</summary>
internal static class KindTable
{
    private static readonly KindFields[] Fields = Build();

    /// <summary>Whether there is such a kind.</summary>
    internal static bool Has(int kind) => kind is >= (int)TraceEventKind.UnmapDeferred and <= (int)TraceEventKind.Pressure;

    /// <summary>A kind's parts; the kind may be any number up to <see cref="TraceFormat.MostKinds"/>.</summary>
    internal static KindFields Of(int kind) => Fields[kind];

    private static KindFields[] Build()
    {
        var fields = new KindFields[TraceFormat.MostKinds + 1];
        for (int kind = 1; Has(kind); kind++)
        {
            fields[kind] = (TraceEventKind)kind switch
            {
                TraceEventKind.UnmapDeferred or TraceEventKind.ClearFlush =>
                    KindFields.Pte | KindFields.Frame | KindFields.Mm | KindFields.Cpus,
                TraceEventKind.MigrationEntry => KindFields.Pte | KindFields.Order | KindFields.Frame,
                TraceEventKind.FolioBegins or TraceEventKind.Free or TraceEventKind.Allocate or TraceEventKind.Drain
                    or TraceEventKind.Refill => KindFields.Order | KindFields.Frame,
                TraceEventKind.BatchFlush => KindFields.Cpus,
                TraceEventKind.RangeFlush => KindFields.Value | KindFields.Mm | KindFields.Cpus,
                TraceEventKind.WriteFault => KindFields.Pte | KindFields.Frame | KindFields.Mm,
                TraceEventKind.LoadMm => KindFields.Mm,
                TraceEventKind.MigrateBegins or TraceEventKind.MigrateEnds or TraceEventKind.Pressure => KindFields.Value,
                _ => KindFields.None,
            };
        }
        return fields;
    }
}
