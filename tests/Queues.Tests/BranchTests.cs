using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Tests;

public sealed class BranchTests
{
    private static readonly OpeningInterval Monday = new(WeekDay.Monday, new TimeOnly(9, 0), new TimeOnly(17, 0));

    [Fact]
    public void Each_change_is_one_version_later_and_its_event_tells_the_whole_branch()
    {
        var made = Branch.Create("b", Sample.Main with { Slug = "old-town" }, Sample.Now, "admin");
        var changed = made.Next.Define(made.Next.Definition with { Id = "x", Name = "New" }, Sample.Now.AddHours(1), "admin");
        var deleted = changed.Next.Delete(Sample.Now.AddHours(2), "boss");

        var (first, second, third) = (
            Assert.IsType<BranchCreated>(made.Event),
            Assert.IsType<BranchUpdated>(changed.Event),
            Assert.IsType<BranchDeleted>(deleted.Event)
        );
        Assert.Equal((1L, "old-town", "admin"), (first.Version, first.Branch.Slug, first.By));
        Assert.Equal((2L, "b", "New"), (second.Version, second.Branch.Id, second.Branch.Name));
        Assert.Equal((Sample.Now, Sample.Now.AddHours(1)), (second.Branch.CreatedAt, second.Branch.UpdatedAt));
        Assert.Equal((3L, "boss", Sample.Now.AddHours(2)), (third.Version, third.By, deleted.Next.DeletedAt));
    }

    [Fact]
    public void A_queue_follows_its_branch_in_what_is_not_its_own_and_only_where_that_changes_it()
    {
        var closed = new QueueClosure { FirstDay = new DateOnly(2026, 12, 25), LastDay = new DateOnly(2026, 12, 25) };
        var branch = Sample.Main with { TimeZone = "Europe/Madrid", OpeningHours = [Monday], Closures = [closed] };
        var at = Sample.Now.AddHours(1);
        var own = Queue.Create("own", Sample.Definition(), Sample.Now).Next;
        var none = Queue.Create("none", Sample.Definition(), Sample.Now, new OwnSchedule(false, false, false)).Next;
        var hours = Queue.Create("hours", Sample.Definition(), Sample.Now, new OwnSchedule(true, false, true)).Next;

        Assert.Null(own.Follow(branch, at));
        var moved = none.Follow(branch, at)!;
        Assert.Equal(("Europe/Madrid", at, 2L), (moved.Next.Definition.TimeZone, moved.Next.Definition.TimeZoneSince, moved.Next.Version));
        Assert.Equal([Monday], moved.Next.Definition.OpeningHours);
        Assert.Equal([closed], moved.Next.Definition.Closures);
        Assert.Equal(moved.Next.Definition, Assert.IsType<QueueUpdated>(moved.Event).Queue);
        Assert.Null(moved.Next.Follow(branch with { OpeningHours = [Monday], Version = 9 }, at));
        var partly = hours.Follow(branch, at)!.Next.Definition;
        Assert.Equal(("UTC", null, null), (partly.TimeZone, partly.TimeZoneSince, partly.Closures));
        Assert.Equal([Monday], partly.OpeningHours);
    }

    [Theory]
    [InlineData("Old Town", "old-town")]
    [InlineData("  Bürgeramt — Mitte (1. Stock) ", "burgeramt-mitte-1-stock")]
    [InlineData("مكتب", "branch")]
    [InlineData("A", "branch")]
    public void A_slug_is_made_of_the_name(string name, string slug)
    {
        var slugs = Slugs.For(name).Take(12).ToList();

        Assert.Equal([slug, slug + "-2", slug + "-3"], slugs.Take(3));
        Assert.All(slugs, s => Assert.True(Slugs.IsSlug(s), s));
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("ab", true)]
    [InlineData("a-1", true)]
    [InlineData("Ab", false)]
    [InlineData("a b", false)]
    public void A_slug_is_of_two_small_letters_digits_and_hyphens_at_least(string text, bool isSlug) =>
        Assert.Equal(isSlug, Slugs.IsSlug(text));

    [Fact]
    public void A_slug_of_a_long_name_is_cut_and_stays_one()
    {
        var slugs = Slugs.For(new string('n', 39) + " hall").Take(12).ToList();

        Assert.Equal([new string('n', 39), new string('n', 38) + "-2"], slugs.Take(2));
        Assert.All(slugs, s => Assert.True(Slugs.IsSlug(s), s));
        Assert.Equal(12, slugs.Distinct().Count());
    }
}
