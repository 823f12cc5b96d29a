namespace Harness.Model;

/// <summary>What a frame is used for.</summary>
internal enum FrameUse : byte
{
    Free,

    /// <summary>An anonymous page of a family of address spaces.</summary>
    Anonymous,

    /// <summary>A page of the page cache.</summary>
    File,

    /// <summary>The kernel's own.</summary>
    Kernel,
}

/// <summary>Bits of a folio, on its head frame.</summary>
[Flags]
internal enum FolioFlags : byte
{
    None = 0,

    /// <summary>Whoever needs the folio's identity to stay sleeps meanwhile.</summary>
    Locked = 1,

    /// <summary>Content differs from the file's.</summary>
    Dirty = 2,

    /// <summary>On an LRU list.</summary>
    Lru = 4,

    /// <summary>MIGRC: a copy that other CPUs may still read through old translations is kept.</summary>
    CopyKept = 8,
}

/// <summary>
/// The frames of all nodes: which folio each belongs to, who refers to it, and what it holds. A page's content is one number, its version.
/// </summary>
internal sealed class Frames
{
    private readonly long[] content;
    private readonly int[] birth;
    private readonly int[] mapCount;
    private readonly int[] references;
    private readonly int[] owner;
    private readonly int[] index;
    private readonly ushort[] offset;
    private readonly byte[] order;
    private readonly FrameUse[] use;
    private readonly FolioFlags[] flags;

    internal Frames(StateArrays state, int frames)
    {
        content = state.Array<long>(frames);
        birth = state.Array<int>(frames);
        mapCount = state.Array<int>(frames);
        references = state.Array<int>(frames);
        owner = state.Array<int>(frames);
        index = state.Array<int>(frames);
        offset = state.Array<ushort>(frames);
        order = state.Array<byte>(frames);
        use = state.Array<FrameUse>(frames);
        flags = state.Array<FolioFlags>(frames);
    }

    internal int Count => content.Length;

    /// <summary>What the frame holds.</summary>
    internal ref long Content(int frame) => ref content[frame];

    /// <summary>How often the frame has been put to use.</summary>
    internal int Birth(int frame) => birth[frame];

    /// <summary>PTEs that map the frame.</summary>
    internal ref int MapCount(int frame) => ref mapCount[frame];

    /// <summary>References to the folio: one for each mapping, one of the page cache, one for each path that works on it.</summary>
    internal ref int References(int folio) => ref references[folio];

    /// <summary>The file, or the family of address spaces, the page belongs to.</summary>
    internal int Owner(int frame) => owner[frame];

    /// <summary>The page's place in its file, or its virtual page.</summary>
    internal int Index(int frame) => index[frame];

    /// <summary>Private memory that one PTE maps, which may write it without a copy.</summary>
    internal bool IsExclusive(int frame) => use[frame] == FrameUse.Anonymous && mapCount[frame] == 1;

    internal FrameUse Use(int frame) => use[frame];

    /// <summary>The first frame of the folio.</summary>
    internal int Folio(int frame) => frame - offset[frame];

    /// <summary>The folio's size as a power of two of pages.</summary>
    internal int Order(int folio) => order[folio];

    internal bool Has(int folio, FolioFlags flag) => (flags[folio] & flag) != 0;

    internal void Set(int folio, FolioFlags flag) => flags[folio] |= flag;

    internal void Clear(int folio, FolioFlags flag) => flags[folio] &= ~flag;

    /// <summary>The frames leave the allocator as one folio with one reference; nobody may use them before they are assigned.</summary>
    internal void GiveOut(int folio, int order)
    {
        for (int i = 0; i < 1 << order; i++) offset[folio + i] = (ushort)i;
        this.order[folio] = (byte)order;
        references[folio] = 1;
    }

    /// <summary>A folio given out is put to use: for consecutive pages of a file or of an address range.</summary>
    internal void Assign(int folio, FrameUse use, int owner, int index)
    {
        for (int i = 0; i < 1 << order[folio]; i++)
        {
            birth[folio + i]++;
            this.use[folio + i] = use;
            this.owner[folio + i] = owner;
            this.index[folio + i] = index + i;
        }
    }

    /// <summary>The frames go back to the allocator. What they hold stays until they are given out and written again.</summary>
    internal void TakeBack(int folio)
    {
        if (references[folio] != 0)
            throw new InvalidOperationException($"frame {folio} is freed with {references[folio]} references: a bug of the model");
        for (int i = 0; i < 1 << order[folio]; i++)
        {
            if (mapCount[folio + i] != 0)
                throw new InvalidOperationException($"frame {folio + i} is freed while mapped: a bug of the model");
            use[folio + i] = FrameUse.Free;
            owner[folio + i] = 0;
            index[folio + i] = 0;
            offset[folio + i] = 0;
        }
        order[folio] = 0;
        flags[folio] = FolioFlags.None;
    }
}
