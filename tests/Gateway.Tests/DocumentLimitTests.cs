using System.Text;
using System.Text.Json;
using GraphQL.Types;
using GraphQLParser;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Gateway.GraphQl.Execution;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>What a GraphQL document may cost, counted in bytes allocated and selections looked at: work, and not time.</summary>
public sealed class DocumentLimitTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const int MaxRatio = 20;

    public static TheoryData<string> Kinds => [.. HostileDocuments.All.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_refused_document_costs_at_most_twenty_ordinary_ones(string kind)
    {
        var document = HostileDocuments.All[kind];
        Assert.InRange(Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(new { query = document })), 1, 64 * 1024);
        var ordinary = await OrdinaryWorkAsync();
        // What is done once for all is not counted.
        await WorkAsync(document);

        var (answer, work) = await WorkAsync(document);

        Assert.Equal("VALIDATION_FAILED", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.False(answer.TryGetProperty("data", out _), answer.GetRawText());
        Assert.InRange(work, 1, MaxRatio * ordinary);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(15)]
    public void Each_fragment_is_counted_once_however_often_it_is_used(int fragments)
    {
        var text =
            "{...f0} "
            + string.Concat(Enumerable.Range(0, fragments).Select(i => $"fragment f{i} on Query{{...f{i + 1} ...f{i + 1}}} "))
            + $"fragment f{fragments} on Query{{getQueues{{id}}}}";
        var document = Parser.Parse(text);
        var cost = new DocumentCost(document, shared.Host.Process.Services.GetRequiredService<ISchema>(), null);
        var asked = cost.Of(document.Definitions.OfType<GraphQLParser.AST.GraphQLOperationDefinition>().Single());
        // Two of each, the last field with its own, and the operation's.
        Assert.Equal((2 * fragments) + 3, cost.Visited);
        Assert.Equal((4 << fragments) - 1, asked.Selections);
    }

    [Fact]
    public async Task What_is_refused_is_counted_and_told_in_one_line_without_what_was_typed()
    {
        var lines = new LogLines();
        await using var host = await GatewayHost.StartAsync(configure: s =>
            s.AddLogging(l => l.SetMinimumLevel(LogLevel.Information).AddProvider(lines))
        );
        var deep = "{ getQueues { " + string.Concat(Enumerable.Repeat("secretly { ", 200)) + "id" + new string('}', 202);
        await AnswerAsync(host, deep, Token);
        Assert.Equal(
            "A GraphQL document was refused by the limit on nesting",
            Assert.Single(lines.All, l => l.Contains("GraphQL", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(lines.AtLeast(LogLevel.Error), _ => true);
        await AnswerAsync(host, "{ secretly { ", Token);
        await AnswerAsync(host, "{ secretly }", Token);
        Assert.DoesNotContain(lines.All, l => l.Contains("secretly", StringComparison.Ordinal));
        var metrics = await host.Process.Guest().GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);
        Assert.Contains(
            "limit=\"nesting\"",
            Assert.Single(metrics.Split('\n'), l =>
                l.StartsWith("smartqueue_gateway_graphql_refused_total{", StringComparison.Ordinal)
                && l.Contains("nesting", StringComparison.Ordinal)
            ),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "{ __schema { queryType { name } types { kind name fields(includeDeprecated: true) { name args { name type { ...T } } type { ...T } } inputFields { name type { ...T } } interfaces { ...T } enumValues(includeDeprecated: true) { name } possibleTypes { ...T } } directives { name locations args { name type { ...T } } } } } fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }"
    )]
    [InlineData("{ __type(name: \"Queue\") { fields { name type { fields { name } } } } }")]
    public async Task Tools_may_ask_for_the_schema(string query) => Assert.False((await AskAsync(query)).TryGetProperty("errors", out _));

    [Fact]
    public async Task A_screen_of_thirty_queues_made_of_components_is_not_too_much()
    {
        var parts = string.Concat(Enumerable.Range(0, 6).Select(i => $" fragment Part{i} on Queue {{ name }}"));
        var answer = await AskAsync(
            "{ getQueues { "
                + string.Concat(Enumerable.Range(0, 6).Select(i => $"...Part{i} "))
                + "tickets(limit: 3) { ticketNumber } } }"
                + parts
        );
        Assert.False(answer.TryGetProperty("errors", out _), answer.GetRawText());
        var screen =
            "{ "
            + string.Concat(
                Enumerable
                    .Range(0, 30)
                    .Select(i => $"q{i}: getQueue(id: \"no{i}\") {{ id name tickets(limit: 3) {{ ticketNumber position }} }} ")
            )
            + "}";
        answer = await AskAsync(screen);
        Assert.True(answer.TryGetProperty("data", out _), answer.GetRawText());
    }

    [Fact]
    public async Task Nothing_is_asked_for_a_caller_who_is_gone_and_what_is_asked_is_given_up()
    {
        await using var host = await GatewayHost.StartAsync();
        using var gone = new CancellationTokenSource();
        host.Behind.WhileQueueAsked = () =>
        {
            gone.Cancel();
            return new TaskCompletionSource().Task;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AnswerAsync(host, "{ getQueue(id: \"q1\") { id } }", gone.Token));
        Assert.Equal(1, host.Behind.QueueReads);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AnswerAsync(host, "{ getQueue(id: \"q1\") { id } }", gone.Token));
        Assert.Equal(1, host.Behind.QueueReads);
    }

    private async Task<JsonElement> AskAsync(string query) => (await WorkAsync(query)).Answer;

    /// <summary>The bytes allocated for an ordinary request, on whatever threads; the least of several, since other tests allocate,
    /// too.</summary>
    private async Task<long> OrdinaryWorkAsync()
    {
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Assert.Equal("""{"data":{"getQueues":[]}}""", await AnswerAsync(shared.Host, HostileDocuments.Ordinary, Token));
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    /// <summary>The answer, and the bytes allocated for it on this thread, which for a refusal is all.</summary>
    private async Task<(JsonElement Answer, long Work)> WorkAsync(string query)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answering = AnswerAsync(shared.Host, query, Token);
        var work = GC.GetAllocatedBytesForCurrentThread() - before;
        return (JsonDocument.Parse(await answering).RootElement, work);
    }

    private static async Task<string> AnswerAsync(GatewayHost host, string query, CancellationToken aborted)
    {
        await using var scope = host.Process.Services.CreateAsyncScope();
        using var body = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new { query }));
        using var written = new MemoryStream();
        var http = new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            RequestAborted = aborted,
            Request =
            {
                Method = "POST",
                ContentType = "application/json",
                Body = body,
            },
        };
        http.Response.Body = written;
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = http;
        await host.Process.Services.GetRequiredService<GraphQlEndpoint>().AnswerAsync(http);
        return Encoding.UTF8.GetString(written.ToArray());
    }
}
