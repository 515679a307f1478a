using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>Keeps the texts that the house wrote itself.</summary>
internal interface ITextStore
{
    /// <summary>Those that there are of some ids, in any order.</summary>
    Task<IReadOnlyList<OwnText>> FindTextsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Keeps a text in place of the one before.</summary>
    Task SaveTextAsync(OwnText text, CancellationToken cancellationToken);

    /// <summary>Drops a text; harmless where there is none.</summary>
    Task DropTextAsync(string id, CancellationToken cancellationToken);
}
