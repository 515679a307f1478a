using System.Collections.Concurrent;

namespace SmartQueue.Hosting.Tests;

/// <summary>What became of the events of <see cref="ErasuresModule"/>.</summary>
internal sealed class ErasuresConsumed
{
    private readonly ConcurrentDictionary<string, int> attempts = [];

    private volatile bool away;

    public bool Away
    {
        get => away;
        set => away = value;
    }

    public ConcurrentDictionary<string, bool> Done { get; } = [];

    public int Begun => attempts.Count;

    public int MostAttempts => attempts.Values.DefaultIfEmpty().Max();

    public void Attempt(string userId) => attempts.AddOrUpdate(userId, 1, (_, n) => n + 1);
}
