namespace Harness.Model;

/// <summary>How far a walk over a folio's mappings has come: the address space, and the virtual page to look at next.</summary>
internal record struct MappingCursor(int Mm, int Page);

/// <summary>
/// Finds the PTEs that map a folio: of a file's folio through the ranges that map the file, of an anonymous one at its address in every
/// address space of its family. Nothing is stored per mapping, as in the kernel.
/// </summary>
internal sealed class ReverseMap(Kernel kernel)
{
    private readonly AddressSpaces spaces = kernel.Spaces;
    private readonly Frames frames = kernel.Frames;

    /// <summary>The next mapping of a folio.</summary>
    /// <param name="folio">The folio.</param>
    /// <param name="cursor">How far the walk has come; starts at its default.</param>
    /// <param name="entries">Looks for migration entries that stand for mappings.</param>
    /// <param name="mm">The address space.</param>
    /// <param name="page">The virtual page; the first for a 2 MiB mapping.</param>
    internal bool Next(int folio, ref MappingCursor cursor, bool entries, out int mm, out int page)
    {
        bool ofFile = frames.Use(folio) == FrameUse.File;
        int owner = frames.Owner(folio);
        int index = frames.Index(folio);
        int pages = 1 << frames.Order(folio);
        for (; cursor.Mm < spaces.Count; cursor = new MappingCursor(cursor.Mm + 1, 0))
        {
            mm = cursor.Mm;
            if (!ofFile && spaces.Family(mm) != owner) continue;
            foreach (ref readonly Vma vma in spaces.Vmas(mm))
            {
                if (ofFile && vma.File != owner) continue;
                int first = ofFile ? vma.Start + index - vma.Offset : index;
                int end = Math.Min(vma.End, first + pages);
                for (page = Math.Max(cursor.Page, Math.Max(vma.Start, first)); page < end; page++)
                {
                    Pte pte = spaces.Pte(mm, page);
                    if (!(entries ? pte.IsEntry : pte.Maps) || pte.Frame != folio + page - first) continue;
                    cursor = new MappingCursor(mm, page + 1);
                    return true;
                }
            }
        }
        mm = page = -1;
        return false;
    }
}
