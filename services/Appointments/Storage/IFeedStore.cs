using SmartQueue.Appointments.Domain;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Appointments.Storage;

/// <summary>Keeps calendar feeds. What is removed opens nothing from the moment the call returns.</summary>
internal interface IFeedStore
{
    /// <summary>Keeps a new one, with the answer to the request that made it.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task AddAsync(Feed feed, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>A feed; <c>null</c> where there is none.</summary>
    Task<Feed?> FindAsync(string feedId, CancellationToken cancellationToken);

    /// <summary>The feed of a secret; <c>null</c> where there is none.</summary>
    Task<Feed?> FindBySecretAsync(string secretHash, CancellationToken cancellationToken);

    /// <summary>One more than a page of feeds, by id, which is by when they were made.</summary>
    /// <param name="branchIds">Of these branches; <c>null</c> for all.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Feed>> ListAsync(IReadOnlyCollection<string>? branchIds, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Notes that one was read on a day, unless a later day is noted already.</summary>
    Task UseAsync(string feedId, DateOnly day, CancellationToken cancellationToken);

    /// <summary>Removes one; <c>false</c> if there is none.</summary>
    Task<bool> RemoveAsync(string feedId, CancellationToken cancellationToken);

    /// <summary>Removes all that an account made.</summary>
    Task RemoveOfUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>The answer kept under an idempotency key.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);
}
