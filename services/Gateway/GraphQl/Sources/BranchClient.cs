using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>Asks the queue service about branches.</summary>
internal sealed class BranchClient(HttpClient http)
{
    private const string Path = "/api/branches";

    /// <summary>A branch by its id or slug.</summary>
    public async Task<Branch> GetAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        (await http.SendAsync<Branch>(caller, HttpMethod.Get, PathOf(id), null, cancellationToken))!;

    /// <summary>Those of some branches that there are.</summary>
    public async Task<IReadOnlyList<Branch>> FindAsync(
        CallerHeaders caller,
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    ) => (await PageAsync(caller, ServiceCall.Query(Path, ("ids", string.Join(',', ids))), cancellationToken)).Items;

    public Task<Page<Branch>> ListAsync(CallerHeaders caller, int limit, string? cursor, CancellationToken cancellationToken) =>
        PageAsync(
            caller,
            ServiceCall.Query(Path, ("limit", FormattableString.Invariant($"{limit}")), ("cursor", cursor)),
            cancellationToken
        );

    public async Task<Branch> CreateAsync(
        CallerHeaders caller,
        IReadOnlyDictionary<string, object?> definition,
        string? key,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<Branch>(caller, HttpMethod.Post, Path, definition, cancellationToken, key))!;

    /// <summary>Changes some of a branch.</summary>
    public async Task<Branch> UpdateAsync(
        CallerHeaders caller,
        string id,
        IReadOnlyDictionary<string, object?> patch,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<Branch>(caller, HttpMethod.Patch, PathOf(id), patch, cancellationToken))!;

    public Task DeleteAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        http.SendAsync<Branch>(caller, HttpMethod.Delete, PathOf(id), null, cancellationToken);

    private async Task<Page<Branch>> PageAsync(CallerHeaders caller, string path, CancellationToken cancellationToken) =>
        (await http.SendAsync<Page<Branch>>(caller, HttpMethod.Get, path, null, cancellationToken))!;

    private static string PathOf(string id) => Path + "/" + Uri.EscapeDataString(id);
}
