using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Tickets;

/// <summary>Asks the appointment service who arrives: whose an appointment is, and when one may come for it, is known there alone.</summary>
internal sealed class AppointmentClient(HttpClient http)
{
    /// <summary>Who arrives, if they may.</summary>
    /// <param name="appointmentId">The appointment; <c>null</c> where its code is given.</param>
    /// <param name="code">Its code.</param>
    /// <param name="caller">The request of who asks, in whose name it is asked.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException">As the appointment service refuses.</exception>
    /// <exception cref="HttpRequestException">The appointment service is away.</exception>
    public async Task<Arrival> AdmitAsync(string? appointmentId, string? code, HttpContext caller, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/appointments/arrivals")
        {
            Content = JsonContent.Create(new { id = appointmentId, code }),
        };
        if (caller.Request.Headers.Authorization is { Count: 1 } authorization)
            request.Headers.TryAddWithoutValidation("Authorization", authorization.ToString());
        if (Caller.Of(caller).TrackingToken is { } token)
            request.Headers.TryAddWithoutValidation("X-Tracking-Token", token);
        if (ClientNetwork.ForwardedFor(caller) is { } address)
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
        using var answer = await http.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<Arrival>(cancellationToken))!
            : throw await ServiceRefusal.ReadAsync(answer, cancellationToken);
    }
}
