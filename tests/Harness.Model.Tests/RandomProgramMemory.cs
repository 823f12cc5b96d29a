namespace Harness.Model.Tests;

/// <summary>
/// Memory as a program must see it, without frames, page tables or TLBs: what is mapped at each page, the private value it has of its own,
/// and the value of each page of the one file.
/// </summary>
internal sealed class PlainMemory(int mms, int pages, int filePages)
{
    /// <summary>The offset of a range that maps no file.</summary>
    internal const int Anonymous = -1;

    private const int Refused = -1;

    private readonly bool[] mapped = new bool[mms * pages];
    private readonly VmaFlags[] flags = new VmaFlags[mms * pages];
    private readonly int[] filePage = new int[mms * pages];
    private readonly bool[] own = new bool[mms * pages];
    private readonly long[] value = new long[mms * pages];
    private readonly long[] file = new long[filePages];

    internal long ReadFile(int page) => file[page];

    internal long WriteFile(int page, long written) => file[page] = written;

    internal bool Allows(int mm, int page, bool write) => (flags[mm * pages + page] & (write ? VmaFlags.Write : VmaFlags.Read)) != 0;

    internal long Load(int mm, int page)
    {
        int at = mm * pages + page;
        if ((flags[at] & VmaFlags.Read) == 0) return Refused;
        if (own[at]) return value[at];
        return filePage[at] == Anonymous ? 0 : file[filePage[at]];
    }

    internal long Store(int mm, int page, long stored)
    {
        int at = mm * pages + page;
        if ((flags[at] & VmaFlags.Write) == 0) return Refused;
        if (filePage[at] != Anonymous && (flags[at] & VmaFlags.Shared) != 0) return WriteFile(filePage[at], stored);
        own[at] = true;
        return value[at] = stored;
    }

    /// <summary>Maps a range anew; the offset is <see cref="Anonymous"/> or a page of the file.</summary>
    internal void Map(int mm, int first, int count, VmaFlags rights, int offset)
    {
        Array.Fill(mapped, true, mm * pages + first, count);
        for (int i = 0; i < count; i++)
        {
            int at = mm * pages + first + i;
            flags[at] = rights;
            filePage[at] = offset == Anonymous ? Anonymous : offset + i;
            own[at] = false;
        }
    }

    /// <summary>What a call changes for those who load and store; most calls change nothing.</summary>
    internal void Apply(int mm, in KernelCall call)
    {
        switch (call.Kind)
        {
            case CallKind.Unmap:
                Map(mm, call.A, call.B, VmaFlags.None, Anonymous);
                Array.Fill(mapped, false, mm * pages + call.A, call.B);
                break;
            case CallKind.Map:
                Map(mm, call.A, call.B, (VmaFlags)call.C, call.D < 0 ? Anonymous : (int)call.Value);
                break;
            case CallKind.Protect:
                for (int page = call.A; page < call.A + call.B; page++)
                {
                    ref VmaFlags at = ref flags[mm * pages + page];
                    // what is not mapped stays so
                    if (mapped[mm * pages + page]) at = (at & VmaFlags.Shared) | (VmaFlags)call.C;
                }
                break;
            case CallKind.Write or CallKind.Invalidate:
                WriteFile(call.B, call.Value);
                break;
            default:
                break;
        }
    }

    internal void CopyFrom(PlainMemory other)
    {
        other.mapped.CopyTo(mapped, 0);
        other.flags.CopyTo(flags, 0);
        other.filePage.CopyTo(filePage, 0);
        other.own.CopyTo(own, 0);
        other.value.CopyTo(value, 0);
        other.file.CopyTo(file, 0);
    }
}
