using System.IO.Compression;
using SmartQueue.Replay.Days;
using SmartQueue.Replay.Simulate;

namespace SmartQueue.Replay.Tests;

public sealed class DayCsvTests
{
    private const string Header = "queue,arrival_iso,call_iso,end_iso,outcome,priority,server\n";

    [Fact]
    public async Task Reads_served_hung_up_and_abandoned_customers()
    {
        var rows = await ReadAsync(
            Header
                + "PS,1999-02-01T07:00:17,1999-02-01T07:00:20,1999-02-01T07:00:24,served,2,S12\n"
                + "NW,1999-02-01T07:15:01,,1999-02-01T07:15:10,abandoned,0,\n"
                + "NW,1999-02-01T07:40:30,1999-02-01T07:40:48,1999-02-01T07:40:53,hung_in_service,0,\n"
        );

        Assert.Equal(
            [
                new DayRow("PS", At(7, 0, 17), At(7, 0, 20), At(7, 0, 24), DayOutcome.Served, 2, "S12"),
                new DayRow("NW", At(7, 15, 1), null, At(7, 15, 10), DayOutcome.Abandoned, 0, null),
                new DayRow("NW", At(7, 40, 30), At(7, 40, 48), At(7, 40, 53), DayOutcome.HungInService, 0, null),
            ],
            rows
        );
    }

    [Fact]
    public async Task The_end_of_a_service_may_be_missing() =>
        Assert.Null(Assert.Single(await ReadAsync(Header + "A,1999-02-01T12:00:00,1999-02-01T12:00:05,,served,0,S1\n")).End);

    [Fact]
    public async Task Skips_comments()
    {
        var rows = await ReadAsync(
            "# simulated, not recorded\n" + Header + "# noon\nA,1999-02-01T12:00:00,,1999-02-01T12:00:01,abandoned,0,\n"
        );

        Assert.Single(rows);
    }

    [Fact]
    public async Task Reads_compressed_files()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.csv.gz");
        try
        {
            await using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
                await writer.WriteAsync(Header + "A,1999-02-01T12:00:00,,1999-02-01T12:00:01,abandoned,0,\n");

            Assert.Single(await DayCsv.ReadFileAsync(path, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Reads_back_what_it_wrote()
    {
        var rows = DaySimulator.Run(7, new DateOnly(2026, 3, 2), 200);
        var text = new StringWriter();
        await DayCsv.WriteAsync(text, "a comment", rows);

        Assert.Equal(rows, await ReadAsync(text.ToString()));
    }

    [Theory]
    [InlineData("A,1999-02-01T12:00:00,,1999-02-01T12:00:01,abandoned,0", "6 columns")]
    [InlineData(",1999-02-01T12:00:00,,1999-02-01T12:00:01,abandoned,0,", "queue")]
    [InlineData("A,noon,,1999-02-01T12:00:01,abandoned,0,", "arrival_iso")]
    [InlineData("A,1999-02-01T12:00:00,,,abandoned,0,", "end_iso")]
    [InlineData("A,1999-02-01T12:00:00,,1999-02-01T12:00:01,vanished,0,", "vanished")]
    [InlineData("A,1999-02-01T12:00:00,,1999-02-01T12:00:01,served,0,S1", "call_iso")]
    [InlineData("A,1999-02-01T12:00:00,1999-02-01T12:00:00,1999-02-01T12:00:01,abandoned,0,", "call_iso")]
    [InlineData("A,1999-02-01T12:00:00,1999-02-01T11:59:59,1999-02-01T12:00:01,served,0,S1", "order")]
    [InlineData("A,1999-02-01T12:00:00,1999-02-01T12:00:02,1999-02-01T12:00:01,served,0,S1", "order")]
    [InlineData("A,1999-02-01T12:00:00,,1999-02-01T12:00:01,abandoned,high,", "priority")]
    public async Task A_wrong_line_is_named_by_its_number(string line, string complaint)
    {
        var refusal = await Assert.ThrowsAsync<UsageException>(() => ReadAsync("# comment\n" + Header + line + "\n"));

        Assert.StartsWith("Line 3: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_kind_is_refused() =>
        Assert.Contains(
            "header",
            (await Assert.ThrowsAsync<UsageException>(() => ReadAsync("name,age\nA,1\n"))).Message,
            StringComparison.Ordinal
        );

    private static DateTime At(int hour, int minute, int second) => new(1999, 2, 1, hour, minute, second);

    private static Task<IReadOnlyList<DayRow>> ReadAsync(string text) =>
        DayCsv.ReadAsync(new StringReader(text), TestContext.Current.CancellationToken);
}
