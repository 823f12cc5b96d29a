namespace Harness.Model.Tests;

/// <summary>Is each rule of the flush policies noticed when it is taken out?</summary>
public sealed class MutantTableTests
{
    public static TheoryData<string, string> Rules
    {
        get
        {
            TheoryData<string, string> rules = [];
            foreach (Mutant mutant in Mutant.All) rules.Add(mutant.Policy, mutant.Rule);
            return rules;
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void With_the_rule_nothing_is_wrong_and_without_it_something_is(string policy, string rule)
    {
        MutantRow row = MutantTable.Row(Mutant.All.Single(mutant => mutant.Policy == policy && mutant.Rule == rule));
        Assert.True(row.Clean, $"{row.Scene}: wrong with the rule in place");
        Assert.NotNull(row.Caught);
        Assert.True(row.Moves > 0);
    }

    [Fact]
    public void Every_switch_of_LUF_and_MIGRC_that_concerns_safety_has_its_mutant()
    {
        // OnlyOrderZero and the widths of numbers are no rules of safety
        string[] switches =
        [
            .. typeof(LufRules).GetProperties(Flags).Concat(typeof(MigrcRules).GetProperties(Flags))
                .Where(property => property.PropertyType == typeof(bool) && property.Name != nameof(LufRules.OnlyOrderZero))
                .Select(property => $"{property.DeclaringType!.Name}.{property.Name}"),
        ];
        string[] mutated = [.. Mutant.All.SelectMany(Differences).Distinct()];
        Assert.Equal(switches.Order(), mutated.Order());
    }

    private const System.Reflection.BindingFlags Flags = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic;

    private static IEnumerable<string> Differences(Mutant mutant) =>
        Differences(mutant.Sound.Luf, mutant.Mutated.Luf).Concat(Differences(mutant.Sound.Migrc, mutant.Mutated.Migrc));

    private static IEnumerable<string> Differences<T>(T sound, T mutated) => typeof(T).GetProperties(Flags)
        .Where(property => property.PropertyType == typeof(bool) && !Equals(property.GetValue(sound), property.GetValue(mutated)))
        .Select(property => $"{typeof(T).Name}.{property.Name}");
}
