using System.IO.Pipelines;

namespace SmartQueue.Hosting.Modules;

/// <summary>The client's end of a connection within the process.</summary>
/// <param name="answers">What the server says.</param>
/// <param name="requests">What is said to the server.</param>
/// <param name="close">Tells the server that the client went away, so that it stops what it does for it.</param>
internal sealed class InProcessStream(PipeReader answers, PipeWriter requests, Action close) : Stream
{
    private readonly Stream input = answers.AsStream();
    private readonly Stream output = requests.AsStream();
    private int disposed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        input.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        input.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        output.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        output.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

    public override void Flush() => output.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref disposed, 1) == 0)
        {
            // This is how a client that has lost its patience ends what it waits for.
            answers.CancelPendingRead();
            requests.CancelPendingFlush();
            input.Dispose();
            output.Dispose();
            close();
        }

        base.Dispose(disposing);
    }
}
