using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Hosting.Tests;

/// <summary>Speaks MongoDB's protocol (OP_MSG, and OP_QUERY for the handshake) and answers as the test says, for servers that are hard to
/// come by.</summary>
internal sealed class FakeMongo : IAsyncDisposable
{
    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMsg = 2013;
    private const int HeaderLength = 16;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> connections = [];
    private readonly BsonDocument hello;
    private readonly Func<BsonDocument, BsonDocument?> answer;
    private readonly Task accepting;
    private readonly int port;

    /// <param name="wireVersion">The latest version of the protocol it speaks: 8 is MongoDB 4.2, 9 is 4.4.</param>
    /// <param name="replicaSet">Whether it is a replica set of one.</param>
    /// <param name="answer">The answer to a command but the handshake; <c>null</c> is <c>{ ok: 1 }</c>.</param>
    public FakeMongo(int wireVersion, bool replicaSet, Func<BsonDocument, BsonDocument?>? answer = null)
    {
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        this.answer = answer ?? (_ => null);
        hello = new BsonDocument
        {
            ["ismaster"] = true,
            ["isWritablePrimary"] = true,
            ["minWireVersion"] = 0,
            ["maxWireVersion"] = wireVersion,
            ["maxBsonObjectSize"] = 16 * 1024 * 1024,
            ["ok"] = 1,
        };
        if (replicaSet)
            hello.AddRange(
                new BsonDocument
                {
                    ["setName"] = "rs0",
                    ["me"] = $"127.0.0.1:{port}",
                    ["hosts"] = new BsonArray { $"127.0.0.1:{port}" },
                }
            );
        accepting = AcceptAsync();
    }

    /// <summary>Whether it takes commands and answers none.</summary>
    public bool Frozen { get; init; }

    /// <summary>A database of it, as the product opens them.</summary>
    public IMongoDatabase Database(string? account = null, TimeSpan? limit = null)
    {
        MongoConventions.Register();
        return MongoConventions.Database(
            new MongoUrl($"mongodb://{(account is null ? "" : account + "@")}127.0.0.1:{port}/"),
            "tickets",
            limit
        );
    }

    /// <summary>What a server answers when it refuses.</summary>
    public static BsonDocument Refusal(int code, string message) =>
        new()
        {
            ["ok"] = 0,
            ["code"] = code,
            ["errmsg"] = message,
        };

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(connections);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var stream = client.GetStream();
        var header = new byte[HeaderLength];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(header, stopping.Token);
                var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - HeaderLength];
                await stream.ReadExactlyAsync(body, stopping.Token);
                var (request, operation) = (
                    BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4)),
                    BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12))
                );
                var command = Command(operation, body);
                if (Frozen && !IsHandshake(command))
                    await Task.Delay(Timeout.Infinite, stopping.Token);
                await stream.WriteAsync(Reply(request, operation, AnswerTo(command)), stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The driver has closed the connection, or the test is over.
        }
    }

    private BsonDocument AnswerTo(BsonDocument command) => IsHandshake(command) ? hello : answer(command) ?? new BsonDocument("ok", 1);

    private static bool IsHandshake(BsonDocument command) => command.GetElement(0).Name.ToUpperInvariant() is "ISMASTER" or "HELLO";

    private static BsonDocument Command(int operation, byte[] body)
    {
        // OP_MSG: flags, then a section of kind 0. OP_QUERY: flags, the collection's name, two numbers.
        var start = operation == OpMsg ? 5 : Array.IndexOf(body, (byte)0, 4) + 9;
        using var reader = new BsonBinaryReader(new MemoryStream(body, start, body.Length - start));
        return BsonSerializer.Deserialize<BsonDocument>(reader);
    }

    private static byte[] Reply(int request, int operation, BsonDocument document)
    {
        var prefix = operation == OpQuery ? new byte[20] : new byte[5];
        if (operation == OpQuery)
            prefix[16] = 1;
        byte[] reply = [.. new byte[HeaderLength], .. prefix, .. document.ToBson()];
        BinaryPrimitives.WriteInt32LittleEndian(reply, reply.Length);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(8), request);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(12), operation == OpQuery ? OpReply : OpMsg);
        return reply;
    }
}
