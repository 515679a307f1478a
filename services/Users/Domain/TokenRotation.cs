namespace SmartQueue.Users.Domain;

/// <summary>A use of a refresh token.</summary>
internal sealed record TokenRotation
{
    public required string TokenHash { get; init; }

    /// <summary>The token that follows if this one is good.</summary>
    public required string NextHash { get; init; }

    /// <summary>What the next token is derived with; kept with the used one, so that a repeat gets the same.</summary>
    public required byte[] Salt { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>When the next token ends, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Sessions that began earlier are over for good, UTC.</summary>
    public required DateTimeOffset BeganAfter { get; init; }

    /// <summary>A token used since then may be used again, UTC: the answer was lost, or two tabs sent it at once.</summary>
    public required DateTimeOffset RepeatableSince { get; init; }

    /// <summary>Until when the family's access tokens are to be refused if it is revoked, UTC.</summary>
    public required DateTimeOffset RefusedUntil { get; init; }
}
