using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Hosting.Tests;

/// <summary>A service whose endpoints go wrong in every way.</summary>
internal sealed class ProbeModule : IServiceModule
{
    public const string Secret = "mongodb://user:hunter2@host:27017/";

    public string Name => "probe";

    public IReadOnlyList<string> Routes => ["/probe/{**rest}"];

    public IReadOnlyList<ServiceEndpoint> Endpoints => [];

    public void AddServices(IServiceCollection services, ModuleContext context) { }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/probe/bug", Bug);
        routes.MapGet("/probe/argument", Argument);
        routes.MapGet("/probe/away", Away);
        routes.MapGet("/probe/column", Column);
        routes.MapGet("/probe/constraint", Constraint);
        routes.MapGet("/probe/call/{status:int}", Call);
        routes.MapGet("/probe/refused/{code}", Refused);
        routes.MapGet("/probe/number", (int count) => $"{count}");
        routes.MapGet("/probe/staff", () => "staff").RequireAuthorization(Policies.Operator);
        routes.MapPost("/probe/body", (Body body) => body);
    }

    private static string Bug() => throw new InvalidOperationException("SmartQueue.Hosting.Tests.ProbeModule cannot reach " + Secret);

    private static string Argument() => throw new ArgumentException(Secret, nameof(Secret));

    private static string Away() => throw new SqliteException(Secret, 13);

    private static string Column() => throw new SqliteException(Secret + " no such column", 1);

    private static string Constraint() => throw new SqliteException(Secret + " constraint failed", 19, 2067);

    private static string Call(int status) => throw new HttpRequestException(Secret, null, (HttpStatusCode)status);

    private static string Refused(string code) => throw new RefusedException(code, "No.") { RetryAfter = TimeSpan.FromMilliseconds(1500) };

    internal sealed record Body(string? Name, int? Count, DateTimeOffset? At, IReadOnlyList<Part>? Parts);

    internal sealed record Part
    {
        public string? Name { get; init; }
    }
}
