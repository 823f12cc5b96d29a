using System.Reflection;

namespace Harness.Model.Tests;

/// <summary>Does every constant say where it comes from, and does a wrong name say which names there are?</summary>
public sealed class ConstantTests
{
    [Fact]
    public void Every_cost_of_every_preset_names_its_source()
    {
        foreach (Costs costs in new[] { Costs.Hardware, Costs.Emulated })
        {
            Cost[] all = [.. Of(costs), .. Of(costs.Zap)];
            Assert.NotEmpty(all);
            Assert.All(all, cost => Assert.True(cost.Value.Count > 0 && cost.Source.Length > 10));
        }
    }

    private static IEnumerable<Cost> Of(object costs) =>
        costs.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.GetValue(costs)).OfType<Cost>();

    [Fact]
    public void The_steps_of_a_batched_move_add_up_to_the_published_microsecond()
    {
        Costs c = Costs.Hardware;
        Cost[] steps = [c.Isolate, c.Allocate, c.Unmap, c.SetEntry, c.Copy, c.Remap];
        Assert.Equal(1_100, steps.Sum(step => step.Value.Count));
        Assert.All(steps, step => Assert.Equal(Provenance.Published, step.Provenance));
    }

    [Fact]
    public void An_unknown_profile_lists_the_known_ones()
    {
        FormatException error = Assert.Throws<FormatException>(() => Profile.Parse("2.4"));
        Assert.Contains("'2.4'", error.Message, StringComparison.Ordinal);
        Assert.All(Profile.Known, known => Assert.Contains(known.Name, error.Message, StringComparison.Ordinal));
    }
}
