using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>What others feel of sign-ins, each of which keeps a processor busy for long: reading a queue beside as many of them as there
/// can be, against alone, in turns.</summary>
internal static class SignInBenchmark
{
    private const int Readers = 4;
    private const int SignIns = 8;
    private const int Accounts = 8;

    public static async Task RunAsync(Run run)
    {
        await using var office = await Office.StartAsync();
        var read = Wire.Request(HttpMethod.Get, "/api/queues/" + await office.DefineQueueAsync());
        // Several, since too many attempts at once on one account are refused.
        var signIns = await Task.WhenAll(Enumerable.Range(0, Accounts).Select(i => RegisterAsync(office.Admin, $"person{i}@example.com")));
        using var readers = await Load.ConnectAsync(office.System.Address, Readers);
        using var others = await Load.ConnectAsync(office.System.Address, SignIns);
        var turn = TimeSpan.FromSeconds(run.Of(5, 1));
        await readers.SendAsync(turn, _ => read);

        var (alone, beside) = (new List<Pace>(), new List<Pace>());
        for (var i = 0; i < 3; i++)
        {
            alone.Add(await readers.SendAsync(turn, _ => read));
            using var end = new CancellationTokenSource();
            var signingIn = others.SendAsync(i => signIns[i % Accounts], end.Token);
            beside.Add(await readers.SendAsync(turn, _ => read));
            await end.CancelAsync();
            await signingIn;
        }

        run.Add(Row("sign-in.p99", "99 of 100 readings of a queue, beside sign-ins", p => p.P99, "ms", Better.Lower));
        run.Add(Row("sign-in.rate", "readings of a queue a second, beside sign-ins", p => p.PerSecond, "/s", Better.Higher));

        static async Task<byte[]> RegisterAsync(SystemClient client, string email)
        {
            var password = SystemClient.AdminPassword;
            using var made = await client.SendAsync(
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = "Person",
                    email,
                    password,
                }
            );
            made.EnsureSuccessStatusCode();
            return Wire.Request(HttpMethod.Post, "/api/auth/login", $$"""{"email":"{{email}}","password":"{{password}}"}""");
        }

        Row Row(string id, string what, Func<Pace, double> of, string unit, Better better) =>
            new()
            {
                Id = id,
                What = what,
                Ours = new(beside.Select(of).Order().ElementAt(1), unit),
                Against = new(alone.Select(of).Order().ElementAt(1), unit),
                AgainstWhat = "without",
                Better = better,
            };
    }
}
