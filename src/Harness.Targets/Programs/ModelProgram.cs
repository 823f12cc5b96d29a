using Harness.Model;

namespace Harness.Targets;

/// <summary>A workload that the model has a program for.</summary>
internal abstract class ModelProgram
{
    /// <summary>The most threads, and the most CPUs, that are simulated. Assumed: eight times the largest machine described.</summary>
    protected const int MaxThreads = 4_096;

    /// <summary>The programs there are.</summary>
    public static IReadOnlyList<ModelProgram> All { get; } =
    [
        new MigratePingpongProgram(), new LlamaStreamProgram("llama-stream", held: 0),
        new LlamaStreamProgram("llama-real", LlamaStreamProgram.HeldByLlamaReal), new AbenchProgram(), new PmbenchProgram(),
        new XsbenchProgram(), new ZapProgram(),
    ];

    /// <summary>The workload's name.</summary>
    public abstract string Workload { get; }

    /// <summary>True where the parameter <c>node</c> only says where memory starts.</summary>
    protected virtual bool PlacesByNode => true;

    /// <summary>
    /// What the workload can be asked and the model does not follow (a share of a node, huge pages, bound threads, a place), as a clause;
    /// null when nothing of it is asked.
    /// </summary>
    /// <param name="asked">The request's parameters.</param>
    public string? NotFollowed(RequestReader asked) =>
        asked.Other("share", "0") ?? asked.Other("huge", "never") ?? asked.Other("cpus", "any")
            ?? (PlacesByNode ? asked.Other("node", "any") : null);

    /// <summary>A run at its beginning.</summary>
    /// <param name="asked">The request's parameters and knobs.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="profile">The kernel.</param>
    /// <exception cref="Records.UsageException">A parameter is missing, malformed or absurd.</exception>
    public abstract ModelRun Start(RequestReader asked, Machine machine, Profile profile);
}
