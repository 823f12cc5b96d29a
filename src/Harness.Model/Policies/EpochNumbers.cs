namespace Harness.Model;

/// <summary>
/// LUF's epochs by number (luf_gen, luf_gen_next, luf_gen_done): what is handed over until the next lazy flush belongs to one epoch, which
/// that flush ends. Tags are numbers of epochs, 0 for none.
/// </summary>
internal sealed class EpochNumbers
{
    private const int PresentEpoch = 0;
    private const int NextEpoch = 1;
    private const int DoneEpoch = 2;

    private readonly Generations generations;
    private readonly uint[] numbers;

    internal EpochNumbers(StateArrays state, LufRules rules)
    {
        generations = new Generations(rules.GenerationBits, rules.GenerationsWrap);
        numbers = state.Array<uint>(3);
        numbers[NextEpoch] = 1;
    }

    /// <summary>The epoch that was handed something over last.</summary>
    internal uint Present => numbers[PresentEpoch];

    /// <summary>The epoch of what is handed over next.</summary>
    internal uint Next => numbers[NextEpoch];

    /// <summary>Whether the flush of that epoch is still to come.</summary>
    internal bool Undone(uint epoch) => epoch != 0 && generations.Before(numbers[DoneEpoch], epoch);

    /// <summary>Whether the flush of that epoch is the one to make: those before are done.</summary>
    internal bool Due(uint epoch) => generations.Next(numbers[DoneEpoch]) == epoch;

    /// <summary>Something is handed over.</summary>
    /// <returns>Its epoch.</returns>
    internal uint HandOver() => numbers[PresentEpoch] = numbers[NextEpoch];

    /// <summary>The flush of the present epoch begins: what is handed over from here on belongs to another.</summary>
    internal void Close() => numbers[NextEpoch] = generations.Next(numbers[PresentEpoch]);

    /// <summary>The flush of that epoch is over.</summary>
    internal void Done(uint epoch) => numbers[DoneEpoch] = epoch;
}
