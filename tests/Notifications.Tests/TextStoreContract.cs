using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Tests;

/// <summary>What every store of texts promises.</summary>
public abstract class TextStoreContract : IAsyncLifetime
{
    private ITextStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => store = (ITextStore)await OpenAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A prepared, empty store.</summary>
    protected abstract Task<object> OpenAsync();

    [Fact]
    public async Task A_text_comes_back_as_it_was_kept_last()
    {
        var house = Text(null, "Your turn");
        await store.SaveTextAsync(house, Token);
        var again = house with { Message = "Come to {counter}", UpdatedAt = Samples.Morning.AddHours(1) };
        await store.SaveTextAsync(again, Token);
        Assert.Equal(again, Assert.Single(await store.FindTextsAsync([house.Id], Token)));
    }

    [Fact]
    public async Task Texts_of_the_house_and_of_branches_are_apart()
    {
        OwnText[] all = [Text(null, "House"), Text("north", "North"), Text("south", "South")];
        foreach (var text in all)
            await store.SaveTextAsync(text, Token);
        Assert.Equal(
            ["House", "North"],
            (await store.FindTextsAsync([all[0].Id, all[1].Id, "called/de/"], Token)).Select(t => t.Message).Order()
        );
        Assert.Empty(await store.FindTextsAsync([], Token));
    }

    [Fact]
    public async Task A_dropped_text_is_gone_and_dropping_it_again_is_harmless()
    {
        var text = Text("north", "North");
        await store.SaveTextAsync(text, Token);
        await store.DropTextAsync(text.Id, Token);
        await store.DropTextAsync(text.Id, Token);
        Assert.Empty(await store.FindTextsAsync([text.Id], Token));
    }

    private static OwnText Text(string? branchId, string message) =>
        new()
        {
            Template = TemplateNames.Called,
            Language = "en",
            BranchId = branchId,
            Subject = "Called",
            Message = message,
            UpdatedAt = Samples.Morning,
        };
}
