using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>A document asks for more than one request should.</summary>
/// <param name="limit">Which limit, for the metric and the log: one word, and nothing of the document.</param>
/// <param name="message">The sentence a person reads.</param>
internal sealed class LimitRefusal(string limit, string message) : RequestRefusal(ErrorCodes.ValidationFailed, message)
{
    public string Limit { get; } = limit;
}
