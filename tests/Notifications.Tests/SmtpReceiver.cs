using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartQueue.Notifications.Tests;

/// <summary>A mail server (RFC 5321) that keeps what it gets and refuses what the test says.</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int connections;
    private int refused;

    public SmtpReceiver()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public ConcurrentQueue<string> Messages { get; } = [];

    /// <summary>The answer to the next recipients, such as <c>451 later</c>; <c>null</c> breaks the connection.</summary>
    public ConcurrentQueue<string?> Recipients { get; } = [];

    /// <summary>The answer to a recipient by its line; <c>null</c> takes it.</summary>
    public Func<string, string?> Recipient { get; init; } = _ => null;

    /// <summary>Recipients that were not taken by <see cref="Recipient"/>.</summary>
    public int Refused => Volatile.Read(ref refused);

    public int Connections => Volatile.Read(ref connections);

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"smtp://127.0.0.1:{Port}";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(stop.Token);
            Interlocked.Increment(ref connections);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 test");
            while (await reader.ReadLineAsync(stop.Token) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        await writer.WriteLineAsync("250-test\r\n250-8BITMIME\r\n250 SMTPUTF8");
                        break;
                    case "RCPT" when Recipients.TryDequeue(out var answer):
                        if (answer is null)
                            return;
                        await writer.WriteLineAsync(answer);
                        break;
                    case "RCPT" when Recipient(line) is { } no:
                        Interlocked.Increment(ref refused);
                        await writer.WriteLineAsync(no);
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var message = new StringBuilder();
                        while (await reader.ReadLineAsync(stop.Token) is { } text && text != ".")
                            message.AppendLine(text.StartsWith('.') ? text[1..] : text);
                        Messages.Enqueue(message.ToString());
                        await writer.WriteLineAsync("250 kept");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 ok");
                        break;
                }
            }
        }
    }
}
