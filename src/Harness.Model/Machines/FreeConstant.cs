namespace Harness.Model;

/// <summary>A constant of a machine that may be fitted to measured runs.</summary>
/// <param name="Name">Its name in files and tables.</param>
/// <param name="Unit">
/// <c>ns</c>; <c>times</c> for a group of costs that keep their proportions, 1 being as they are assumed; or another unit.
/// </param>
/// <param name="What">What it is: one line.</param>
/// <param name="Least">The lowest value a fit may give it, in times the assumed one.</param>
/// <param name="Most">The highest, likewise.</param>
/// <param name="Of">Its value on a machine of assumed costs.</param>
/// <param name="Set">The machine with another value.</param>
public sealed record FreeConstant(
    string Name, string Unit, string What, double Least, double Most, Func<Machine, double> Of, Func<Machine, double, Machine> Set)
{
    /// <summary>The constant of that name.</summary>
    /// <exception cref="FormatException">There is none; the message lists them.</exception>
    public static FreeConstant Named(string name) => FreeConstants.All.FirstOrDefault(constant => constant.Name == name)
        ?? throw new FormatException(
            $"no free constant '{name}'; there are {string.Join(", ", FreeConstants.All.Select(constant => constant.Name))}");
}
