using Microsoft.AspNetCore.Http;

namespace SmartQueue.Hosting.Modules;

/// <summary>
/// Marks what services of one process ask of each other. The mark is on the connection, which nobody outside the process can make: what
/// one request from outside asks for is counted once.
/// </summary>
public sealed class InnerCall
{
    /// <summary>The feature of a connection that has it.</summary>
    internal static readonly InnerCall Mark = new();

    private InnerCall() { }

    /// <summary>Whether a request is such a call.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<InnerCall>() is not null;
}
