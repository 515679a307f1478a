using GraphQL;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.Upstream;

/// <summary>What a field failed with, as the client may know it.</summary>
internal sealed class Failure : ExecutionError
{
    private Failure(string message, string code, Exception? cause)
        : base(message, cause) => Code = code;

    public static Failure Of(RefusedException refusal) => new(refusal.Message, refusal.Code, refusal);

    /// <summary>A fault of ours, of which the client learns nothing more.</summary>
    public static Failure Internal() => new("Something went wrong on our side.", ErrorCodes.InternalError, null);

    /// <summary>The request took too long.</summary>
    public static Failure TooSlow() => new("The request took too long. Ask for less.", ErrorCodes.ServiceUnavailable, null);
}
