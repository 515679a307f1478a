using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>Who may use an operation, as its authorization metadata says it.</summary>
internal static class SecuritySchemes
{
    private const string Bearer = "accessToken";
    private const string TokenHeader = "trackingToken";
    private const string TokenInQuery = "trackingTokenInQuery";

    /// <summary>Puts the schemes into the document.</summary>
    public static void Define(OpenApiDocument document)
    {
        var components = document.Components ??= new OpenApiComponents();
        components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The `accessToken` that signing in answers.",
            },
            [TokenHeader] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "X-Tracking-Token",
                Description = "The `trackingToken` that a guest got with their ticket. It is good for that ticket alone.",
            },
            [TokenInQuery] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Query,
                Name = "token",
                Description = "The same in the address, for links.",
            },
        };
    }

    /// <summary>Whether only those who are signed in may.</summary>
    public static bool NeedsSignIn(IReadOnlyList<object> metadata) =>
        metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<IAllowAnonymous>().Any();

    /// <summary>What proves that a caller may. An empty one: nothing has to be proven.</summary>
    /// <param name="metadata">The endpoint's.</param>
    /// <param name="asksWho">Whether the answer depends on who asks.</param>
    /// <param name="document">The document.</param>
    public static List<OpenApiSecurityRequirement> Of(IReadOnlyList<object> metadata, bool asksWho, OpenApiDocument document)
    {
        if (NeedsSignIn(metadata))
            return [Requirement(Bearer, document)];
        if (metadata.OfType<EndpointTrait>().Contains(EndpointTrait.TakesTrackingToken))
            return [Requirement(Bearer, document), Requirement(TokenHeader, document), Requirement(TokenInQuery, document)];
        return asksWho
            ?
            [
                [],
                Requirement(Bearer, document),
            ]
            : [];
    }

    /// <summary>The same in words.</summary>
    public static string InWords(IReadOnlyList<object> metadata, bool asksWho)
    {
        if (!NeedsSignIn(metadata))
        {
            return metadata.OfType<EndpointTrait>().Contains(EndpointTrait.TakesTrackingToken)
                    ? "By access token or by the ticket's tracking token."
                : asksWho ? "For anyone, signed in or not."
                : "For anyone.";
        }

        var policies = metadata.OfType<IAuthorizeData>().Select(a => a.Policy).ToList();
        return policies.Contains(Policies.Admin) ? "For admins."
            : policies.Contains(Policies.Operator) ? "For operators and admins."
            : "For anyone who is signed in.";
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
