using System.Globalization;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>Asks the appointment service.</summary>
internal sealed class AppointmentClient(HttpClient http)
{
    private const string Path = "/api/appointments";

    /// <summary>The times of a queue that can be booked.</summary>
    public async Task<Slots> SlotsAsync(
        CallerHeaders caller,
        string queueId,
        string? from,
        string? to,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Slots>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query($"/api/queues/{Uri.EscapeDataString(queueId)}/slots", ("from", from), ("to", to)),
                null,
                cancellationToken
            )
        )!;

    /// <summary>An appointment the caller may see.</summary>
    public async Task<Appointment> GetAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        (await http.SendAsync<Appointment>(caller, HttpMethod.Get, PathOf(id), null, cancellationToken))!;

    /// <summary>A page of appointments.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="filters">What they are narrowed by.</param>
    /// <param name="limit">The most there are on a page.</param>
    /// <param name="cursor">Where the page begins.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Page<Appointment>> ListAsync(
        CallerHeaders caller,
        IReadOnlyList<(string Name, string? Value)> filters,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Page<Appointment>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query(Path, [.. filters, ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("cursor", cursor)]),
                null,
                cancellationToken
            )
        )!;

    public async Task<Appointment> BookAsync(CallerHeaders caller, object request, string? key, CancellationToken cancellationToken) =>
        (await http.SendAsync<Appointment>(caller, HttpMethod.Post, Path, request, cancellationToken, key))!;

    public async Task<Appointment> ChangeAsync(CallerHeaders caller, string id, object change, CancellationToken cancellationToken) =>
        (await http.SendAsync<Appointment>(caller, HttpMethod.Put, PathOf(id), change, cancellationToken))!;

    public async Task<Appointment> CancelAsync(CallerHeaders caller, string id, string? reason, CancellationToken cancellationToken) =>
        (
            await http.SendAsync<Appointment>(
                caller,
                HttpMethod.Delete,
                ServiceCall.Query(PathOf(id), ("reason", reason)),
                null,
                cancellationToken
            )
        )!;

    private static string PathOf(string id) => Path + "/" + Uri.EscapeDataString(id);
}
