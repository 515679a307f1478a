using GraphQL.Validation;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>A request is refused as a whole, with one of the codes of the API.</summary>
internal class RequestRefusal : ValidationError
{
    public RequestRefusal(string code, string message)
        : base(message) => Code = code;
}
