namespace SmartQueue.Testing;

/// <summary>A ticket as <see cref="LineModel"/> knows it.</summary>
/// <param name="Queue">The line it stands in.</param>
/// <param name="Status">w waiting, c called, p set aside; s served, x cancelled, n did not come, t transferred.</param>
/// <param name="Version">How often it was changed, its making included.</param>
/// <param name="Owner">The account; 0 for nobody's.</param>
/// <param name="TakenAt">When its number was taken: milliseconds since 1970, UTC.</param>
/// <param name="Rank">What it stands by, as <paramref name="TakenAt"/> is told; <c>null</c> once it was put between others.</param>
/// <param name="Counter">The counter that holds it; -1 for none.</param>
/// <param name="Recalls">How often it was announced again.</param>
public sealed record ModelTicket(
    int Queue,
    char Status,
    long Version,
    int Owner,
    long TakenAt,
    long? Rank,
    int Counter = -1,
    int Recalls = 0
)
{
    /// <summary>Whether it has one of the places of its line.</summary>
    public bool IsOpen => Status is 'w' or 'c' or 'p';
}
