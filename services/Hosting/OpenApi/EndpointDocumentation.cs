using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.OpenApi;

/// <summary>What endpoints tell the interface document of themselves, where their parameters and authorization do not show it. That it is
/// so is tried by the tests of the whole system.</summary>
public static class EndpointDocumentation
{
    /// <summary>Puts the endpoints under a heading.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="name">The heading.</param>
    /// <param name="description">What is found under it, in a sentence.</param>
    public static TBuilder WithTag<TBuilder>(this TBuilder endpoints, string name, string description)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithTags(name).WithMetadata(new TagDescription(name, description));

    /// <summary>Says what a parameter of the endpoints is, where they have one of that name and their documentation does not say
    /// it.</summary>
    public static TBuilder WithParameter<TBuilder>(this TBuilder endpoints, string name, string description)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new ParameterNote(name, description));

    /// <summary>The endpoints read <c>Idempotency-Key</c> (<see cref="IdempotencyKey"/>).</summary>
    public static TBuilder TakesIdempotencyKey<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(EndpointTrait.TakesIdempotencyKey);

    /// <summary>The endpoints read <c>If-Match</c> (<see cref="EntityTags.ExpectedVersions"/>).</summary>
    public static TBuilder TakesIfMatch<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(EndpointTrait.TakesIfMatch);

    /// <summary>The answers have an <c>ETag</c> (<see cref="EntityTags.SetEntityTag"/>).</summary>
    public static TBuilder GivesEntityTag<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(EndpointTrait.GivesEntityTag);

    /// <summary>A ticket's tracking token is good for the endpoints.</summary>
    public static TBuilder TakesTrackingToken<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(EndpointTrait.TakesTrackingToken);
}
