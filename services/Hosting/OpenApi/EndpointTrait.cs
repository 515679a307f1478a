namespace SmartQueue.Hosting.OpenApi;

/// <summary>What an endpoint takes or gives beside its parameters and body, for the interface document.</summary>
internal enum EndpointTrait
{
    /// <summary><c>Idempotency-Key</c> is read: a repeat gets the first answer again.</summary>
    TakesIdempotencyKey,

    /// <summary><c>If-Match</c> is read: a change to another version than the one named is refused.</summary>
    TakesIfMatch,

    /// <summary>The answer has an <c>ETag</c>.</summary>
    GivesEntityTag,

    /// <summary>A ticket's tracking token proves as much as its owner's access token.</summary>
    TakesTrackingToken,
}
