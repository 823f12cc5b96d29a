namespace Harness.Model;

/// <summary>
/// The workload <c>llama-stream</c>: processes that each map a file of their own read-only and stream it once a token, as inference reads
/// its weights. A file is cut into equal layers; the threads of a process share each layer in contiguous parts, touch every page of their
/// part in order, and wait for one another at its end.
/// </summary>
public sealed record LlamaStreaming
{
    /// <summary>Processes, each with a file of its own.</summary>
    public required int Processes { get; init; }

    /// <summary>Threads of each process.</summary>
    public required int Threads { get; init; }

    /// <summary>4 KiB pages of each file.</summary>
    public required int Pages { get; init; }

    /// <summary>Layers of each file; at most as many as pages.</summary>
    public required int Layers { get; init; }

    /// <summary>Passes over the file.</summary>
    public required int Tokens { get; init; }

    /// <summary>Whether the pages are computed with, as llama.cpp does, or only read.</summary>
    public bool Decodes { get; init; }

    /// <summary>The first page of a thread's part of a layer; a part ends where the next thread's begins.</summary>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="thread">The thread of its process, from 0; the number of threads gives the layer's end.</param>
    public int PartStart(int layer, int thread)
    {
        long start = (long)layer * Pages / Layers;
        long end = ((long)layer + 1) * Pages / Layers;
        return (int)(start + (end - start) * thread / Threads);
    }
}
