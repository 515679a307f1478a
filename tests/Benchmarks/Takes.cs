namespace SmartQueue.Benchmarks;

/// <summary>Numbers that people take without an account, spread over as many queues as they need.</summary>
internal sealed class Takes
{
    private readonly byte[][] requests;
    private int taken;

    private Takes(byte[][] requests) => this.requests = requests;

    /// <summary>Defines the queues.</summary>
    /// <param name="office">Where.</param>
    /// <param name="most">How many numbers may be taken.</param>
    public static async Task<Takes> InAsync(Office office, int most)
    {
        var queues = new List<string>();
        for (var i = 0; i * Office.MostInLine < most; i++)
            queues.Add(await office.DefineQueueAsync());
        return new([.. queues.Select(Request)]);
    }

    /// <summary>The bytes of taking a number.</summary>
    public static byte[] Request(string queueId) => Wire.Request(HttpMethod.Post, "/api/tickets", $$"""{"queueId":"{{queueId}}"}""");

    /// <summary>The next request, whatever its number.</summary>
    public byte[] Next(int number) => requests[(uint)Interlocked.Increment(ref taken) % requests.Length];
}
