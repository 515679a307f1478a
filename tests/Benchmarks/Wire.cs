using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SmartQueue.Benchmarks;

/// <summary>
/// One HTTP/1.1 connection that sends requests made before, one at a time. It costs a tenth of what <see cref="HttpClient"/> does, which
/// would otherwise take from the machine most of what a cheap request leaves of it.
/// </summary>
internal sealed class Wire : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[16 * 1024];
    private int filled;

    private Wire() { }

    public static async Task<Wire> ConnectAsync(Uri address)
    {
        var wire = new Wire();
        await wire.socket.ConnectAsync(address.Host, address.Port);
        return wire;
    }

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(HttpMethod method, string path, string? body = null, string? accessToken = null)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (accessToken is not null)
            text.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {accessToken}\r\n");
        if (body is not null)
            text.Append(
                CultureInfo.InvariantCulture,
                $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            );
        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    /// <summary>Sends one and reads its answer to the end.</summary>
    /// <returns>The body, valid until the next request.</returns>
    /// <exception cref="InvalidOperationException">The answer is none of success.</exception>
    public async Task<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> request)
    {
        filled = 0;
        await socket.SendAsync(request);
        int head;
        while ((head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync();
        head += 4;
        var (isSuccess, length) = Head(buffer.AsSpan(0, head));
        var body = length is { } known ? await FixedAsync(head, known) : await ChunkedAsync(head);
        return isSuccess ? body : throw new InvalidOperationException(Encoding.UTF8.GetString(buffer.AsSpan(0, filled)));
    }

    public void Dispose() => socket.Dispose();

    private static (bool IsSuccess, int? Length) Head(ReadOnlySpan<byte> head)
    {
        int? length = null;
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0)
        {
            length = Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int value, out _)
                ? value
                : throw new InvalidOperationException("The answer has no length that can be read.");
        }
        else if (head.IndexOf("Transfer-Encoding: chunked"u8) < 0)
        {
            length = 0;
        }

        return (head["HTTP/1.1 ".Length] == (byte)'2', length);
    }

    private async Task<ReadOnlyMemory<byte>> FixedAsync(int start, int length)
    {
        while (filled < start + length)
            await FillAsync();
        return buffer.AsMemory(start, length);
    }

    // Moves the chunks together, over their sizes.
    private async Task<ReadOnlyMemory<byte>> ChunkedAsync(int start)
    {
        var (read, written) = (start, start);
        while (true)
        {
            int line;
            while ((line = buffer.AsSpan(read, filled - read).IndexOf("\r\n"u8)) < 0)
                await FillAsync();
            if (!Utf8Parser.TryParse(buffer.AsSpan(read, line), out int size, out _, 'x'))
                throw new InvalidOperationException("The answer has a chunk of a size that cannot be read.");
            read += line + 2;
            while (filled < read + size + 2)
                await FillAsync();
            if (size == 0)
                return buffer.AsMemory(start, written - start);
            buffer.AsSpan(read, size).CopyTo(buffer.AsSpan(written));
            read += size + 2;
            written += size;
        }
    }

    private async Task FillAsync()
    {
        if (filled == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var count = await socket.ReceiveAsync(buffer.AsMemory(filled));
        if (count == 0)
            throw new InvalidOperationException("The server has closed the connection.");
        filled += count;
    }
}
