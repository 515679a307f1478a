using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>Asks the ticket service about counters.</summary>
internal sealed class CounterClient(HttpClient http)
{
    private const string Path = "/api/counters";

    public async Task<Counter> GetAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        (await http.SendAsync<Counter>(caller, HttpMethod.Get, PathOf(id), null, cancellationToken))!;

    /// <summary>All counters of a branch, or of all branches.</summary>
    public Task<IReadOnlyList<Counter>> ListAsync(CallerHeaders caller, string? branchId, CancellationToken cancellationToken) =>
        http.AllAsync<Counter>(caller, Path, [("branchId", branchId)], int.MaxValue, cancellationToken);

    public async Task<Counter> CreateAsync(CallerHeaders caller, object definition, string? key, CancellationToken cancellationToken) =>
        (await http.SendAsync<Counter>(caller, HttpMethod.Post, Path, definition, cancellationToken, key))!;

    public async Task<Counter> ChangeAsync(CallerHeaders caller, string id, object change, CancellationToken cancellationToken) =>
        (await http.SendAsync<Counter>(caller, HttpMethod.Patch, PathOf(id), change, cancellationToken))!;

    public Task DeleteAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        http.SendAsync<Counter>(caller, HttpMethod.Delete, PathOf(id), null, cancellationToken);

    /// <summary>Opens or closes it, or takes a break.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="id">The counter.</param>
    /// <param name="move"><c>open</c>, <c>break</c> or <c>close</c>.</param>
    /// <param name="body">What goes with it.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Counter> MoveAsync(
        CallerHeaders caller,
        string id,
        string move,
        object? body,
        string? key,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<Counter>(caller, HttpMethod.Post, $"{PathOf(id)}/{move}", body, cancellationToken, key))!;

    /// <summary>Calls the next one, or a chosen one; <c>null</c> if nobody waits.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="id">The counter.</param>
    /// <param name="call"><c>call-next</c> or <c>call</c>.</param>
    /// <param name="body">What goes with it.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<Ticket?> CallAsync(
        CallerHeaders caller,
        string id,
        string call,
        object body,
        string? key,
        CancellationToken cancellationToken
    ) => http.SendAsync<Ticket>(caller, HttpMethod.Post, $"{PathOf(id)}/{call}", body, cancellationToken, key);

    private static string PathOf(string id) => Path + "/" + Uri.EscapeDataString(id);
}
