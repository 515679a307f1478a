namespace SmartQueue.Hosting.Auth;

/// <summary>What access tokens have in common: signed with ES256 (RFC 7518), claims <c>sub</c> and <c>role</c>.</summary>
public static class AccessTokens
{
    /// <summary>The <c>iss</c> claim of every token, compared when one is checked.</summary>
    public const string Issuer = "smartqueue";

    /// <summary>The <c>aud</c> claim of every token, compared when one is checked.</summary>
    public const string Audience = "smartqueue";

    /// <summary>The claim that tells under which epoch of the account's sessions the token was signed.</summary>
    public const string EpochClaim = "epoch";

    /// <summary>The claim that names the session it was signed for (OpenID Connect's <c>sid</c>).</summary>
    public const string SessionClaim = "sid";

    /// <summary>The <c>typ</c> header (RFC 9068).</summary>
    public const string Type = "at+jwt";
}
