using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>The model's machine with fitted constants.</summary>
internal static class FittedMachine
{
    /// <summary>The machine with the constants that a fit could tell.</summary>
    /// <exception cref="UsageException">The constants are of another version of the model.</exception>
    public static Machine Of(Machine machine, FittedConstants constants) => Of(
        machine,
        constants.Constants.Where(constant => constant.Untold is null).ToDictionary(constant => constant.Name, constant => constant.Value),
        FormattableString.Invariant($"{constants.Fitted:yyyy-MM-dd}, {constants.Sessions.Count(session => !session.HeldOut)} sessions"));

    /// <summary>The machine with those values of constants.</summary>
    /// <exception cref="UsageException">One of them is none that the model has.</exception>
    public static Machine Of(Machine machine, IReadOnlyDictionary<string, double> values, string? from)
    {
        try
        {
            return machine.With(values, from);
        }
        catch (FormatException e)
        {
            throw new UsageException($"the fitted constants are of another version of the model: {e.Message}; fit again with calibrate", e);
        }
    }

    /// <summary>What may be fitted of a machine, with its ranges.</summary>
    public static IReadOnlyList<FreeParameter> Parameters(Machine machine) =>
    [
        .. FreeConstants.All.Select(constant =>
        {
            double assumed = constant.Of(machine);
            return new FreeParameter(
                constant.Name, constant.Unit, constant.What, assumed, assumed * constant.Least, assumed * constant.Most);
        }),
    ];
}
