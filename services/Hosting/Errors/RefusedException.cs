namespace SmartQueue.Hosting.Errors;

/// <summary>
/// A request is refused by a rule, with nothing changed. It becomes the problem details of its code;
/// any other exception is a fault of ours and a 500.
/// </summary>
public class RefusedException : Exception
{
    /// <summary>A refusal with one of <see cref="ErrorCodes"/> and the sentence a person reads.</summary>
    public RefusedException(string code, string message)
        : base(message) => Code = code;

    /// <summary>The stable code clients tell refusals apart by, one of <see cref="ErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>What is wrong, per field, in the words of the request.</summary>
    public IReadOnlyDictionary<string, string[]>? Fields { get; init; }

    /// <summary>What a client needs to word the refusal itself, by name: members of the problem details beside those that every one has, so
    /// none of their names.</summary>
    public IReadOnlyDictionary<string, object?>? Facts { get; init; }

    /// <summary>When trying again makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
