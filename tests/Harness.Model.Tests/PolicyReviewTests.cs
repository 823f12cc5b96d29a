namespace Harness.Model.Tests;

/// <summary>What does a review of each policy find?</summary>
public sealed class PolicyReviewTests
{
    [Theory]
    [InlineData("immediate")]
    [InlineData("batched")]
    [InlineData("luf-with-missing-triggers")]
    [InlineData("migrc-with-missing-triggers")]
    public void A_sound_policy_has_no_counterexample_to_any_question(string policy)
    {
        ReviewFinding[] findings = [.. PolicyReview.Of(policy)];
        Assert.All(findings, finding => Assert.True(finding.Finished, finding.Question));
        Assert.All(findings.Where(finding => finding.AsItIs), finding => Assert.Empty(finding.Stories));
        Assert.True(findings[0].States > 1_000_000, "the search through every call is a large one");
        // a rule that covers an objection is one whose absence shows
        Assert.All(findings.Where(finding => !finding.AsItIs), finding => Assert.NotEmpty(finding.Stories));
    }

    [Fact]
    public void LUF_with_its_posted_triggers_is_unsafe_in_the_ways_its_reviewers_named()
    {
        ReviewFinding[] findings = [.. PolicyReview.Of("luf")];
        string[] everything = [.. findings[0].Stories.Select(story => string.Join(' ', story))];
        Assert.Contains(everything, story => story.Contains("with write(2)"));
        Assert.Contains(everything, story => story.Contains("learns that the server has changed"));
        Assert.Contains(everything, story => story.Contains("stores 7 to page 1"));

        string[] unsafeAsPosted = [.. findings.Skip(1).Where(finding => finding.AsItIs && finding.Stories.Count > 0).Select(finding => finding.Question)];
        Assert.Equal(
            [
                "a file rewritten with write(2) while a flush is pending",
                "a demoted file page rewritten with write(2)",
                "a mapping raised to writable by mmap",
                "file contents changing underneath, on a server",
                "two allocators split one block",
                "a page writable in a process that no other CPU runs",
                "a page that reclaim unmaps and cannot free",
                "the flush charged to an allocator in atomic context",
            ],
            unsafeAsPosted);
    }

    [Fact]
    public void Tags_lost_at_the_drain_give_frames_away()
    {
        ReviewFinding reuse = PolicyReview.Of("luf-as-posted").Single(finding => finding.Question == "a freed page reused by the kernel itself");
        Assert.Contains("given to someone else", reuse.Stories.Single()[^1]);
    }

    [Fact]
    public void MIGRC_as_posted_lets_a_page_be_written_before_its_migration_is_over()
    {
        ReviewFinding fault = PolicyReview.Of("migrc").Single(finding => finding.AsItIs && finding.Question == "a mapping raised to writable by a write fault");
        Assert.NotEmpty(fault.Stories);
    }

    [Fact]
    public void A_stock_kernel_has_the_window_that_the_strict_oracle_denies()
    {
        Exploration strict = Explorer.Explore(Scenes.Everything(Profile.Parse("6.12"), strict: true), first: true);
        Assert.NotEmpty(strict.Found);
    }

    [Fact]
    public void An_unknown_policy_is_refused_with_those_there_are()
    {
        FormatException refused = Assert.Throws<FormatException>(() => PolicyReview.Of("lof"));
        Assert.Contains("luf-as-posted", refused.Message);
    }
}
