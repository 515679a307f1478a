using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Tests;

public sealed class PageRequestTests
{
    [Fact]
    public async Task Without_a_query_it_is_the_first_fifty()
    {
        var page = await ReadAsync("");

        Assert.Equal(50, page.Limit);
        Assert.Null(page.After);
    }

    [Theory]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=200", 200)]
    [InlineData("?limit=", 50)]
    public async Task Limits_go_from_1_to_200(string query, int limit) => Assert.Equal(limit, (await ReadAsync(query)).Limit);

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=201", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=ten", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?cursor=%2F%2F", "cursor")]
    [InlineData("?cursor=a", "cursor")]
    [InlineData("?cursor=_w", "cursor")]
    [InlineData("?cursor=AA", "cursor")]
    public async Task Wrong_ones_are_refused(string query, string field)
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ReadAsync(query));

        Assert.Equal(ErrorCodes.ValidationFailed, refusal.Code);
        Assert.Equal([field], refusal.Fields!.Keys);
    }

    [Fact]
    public async Task A_long_cursor_is_refused() =>
        await Assert.ThrowsAsync<RefusedException>(() => ReadAsync("?cursor=" + new string('A', 513)));

    [Fact]
    public async Task A_cursor_leads_to_the_rest()
    {
        var all = Enumerable.Range(1, 5).Select(i => $"id {i} / ñ").ToList();
        var seen = new List<string>();
        var query = "?limit=2";
        while (true)
        {
            var request = await ReadAsync(query);
            var rest = all.Where(i => request.After is null || string.CompareOrdinal(i, request.After) > 0)
                .Take(request.Limit + 1)
                .ToList();
            var page = Page<string>.Of(rest, request, i => i);
            seen.AddRange(page.Items);
            if (page.NextCursor is null)
                break;
            query = "?limit=2&cursor=" + Uri.EscapeDataString(page.NextCursor);
        }

        Assert.Equal(all, seen);
    }

    [Fact]
    public void A_full_last_page_has_no_next()
    {
        var page = Page<int>.Of([1, 2], PageRequest.First(2), i => $"{i}");

        Assert.Null(page.NextCursor);
        Assert.Equal(["1", "2"], page.Map(i => $"{i}").Items);
    }

    [Fact]
    public void A_cursor_says_where_the_page_ended() =>
        Assert.Equal(
            "2",
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Page<int>.Of([1, 2, 3], PageRequest.First(2), i => $"{i}").NextCursor!))
        );

    private static async Task<PageRequest> ReadAsync(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query);
        return (await PageRequest.BindAsync(http))!;
    }
}
