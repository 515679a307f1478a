namespace SmartQueue.Replay.Demo;

/// <summary>Somebody of the staff, and where they are signed in.</summary>
internal sealed class TownPerson(string name, string email)
{
    public string Name => name;

    public string Email => email;

    public string? AccessToken { get; set; }

    public string? RefreshToken { get; set; }

    /// <summary>When another access token is needed.</summary>
    public DateTimeOffset RenewAt { get; set; }
}
