using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Queues.Http;

/// <summary>HTTP in and out.</summary>
internal static class BranchesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var branches = routes
            .MapGroup("/api/branches")
            .WithTag("Branches", "The places: address, time zone, opening hours and closures, which their queues share.")
            .WithParameter("id", "The branch's id, or its slug.");
        var admin = branches.MapGroup("/").RequireAuthorization(Policies.Admin);
        branches.MapGet("/", ListAsync).WithName("ListBranches").WithSummary("Branches, without their queues");
        branches.MapGet("/{id}", ReadAsync).WithName("GetBranch").WithSummary("A branch with its queues").GivesEntityTag();
        admin.MapPost("/", CreateAsync).WithName("CreateBranch").WithSummary("Make a branch").TakesIdempotencyKey().GivesEntityTag();
        admin
            .MapPut("/{id}", ReplaceAsync)
            .WithName("ReplaceBranch")
            .WithSummary("Define all of a branch; what is absent takes its default")
            .Accepts<BranchRequest>("application/json")
            .TakesIfMatch()
            .GivesEntityTag();
        admin
            .MapPatch("/{id}", PatchAsync)
            .WithName("PatchBranch")
            .WithSummary("Change some of a branch (JSON merge patch)")
            .Accepts<BranchRequest>("application/json")
            .TakesIfMatch()
            .GivesEntityTag();
        admin
            .MapDelete("/{id}", DeleteAsync)
            .WithName("DeleteBranch")
            .WithSummary("Delete a branch that has no queues")
            .TakesIfMatch()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>In the order they were made, <c>main</c> last. With <c>ids</c>, just those and on one page; what is not there is left
    /// out.</summary>
    private static async Task<Ok<Page<BranchView>>> ListAsync(
        PageRequest page,
        IdList? ids,
        BranchDesk desk,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(ids is null ? await desk.ListAsync(page, cancellationToken) : await desk.ReadAsync(ids.Values, cancellationToken));

    /// <summary>Whether it is open now or when, by its own hours and closures, and its queues with how they stand.</summary>
    private static async Task<Ok<BranchView>> ReadAsync(
        string id,
        HttpResponse response,
        BranchDesk desk,
        CancellationToken cancellationToken
    ) => Answer(response, await desk.ReadAsync(id, cancellationToken));

    /// <summary>What is absent takes its default; the slug is made of the name.</summary>
    private static async Task<Created<BranchView>> CreateAsync(
        BranchRequest body,
        Caller caller,
        HttpContext http,
        BranchDesk desk,
        CancellationToken cancellationToken
    )
    {
        var branch = await desk.CreateAsync(body, caller, IdempotencyKey.Of(http, body), cancellationToken);
        http.Response.SetEntityTag(branch.Version);
        return TypedResults.Created($"/api/branches/{branch.Id}", branch);
    }

    /// <summary>Its queues get its time zone, hours and closures where they have none of their own. Without a slug it keeps the one it has.
    /// Members of an answer that define nothing are ignored, so that what was read may be changed and sent back.</summary>
    private static async Task<Ok<BranchView>> ReplaceAsync(
        string id,
        JsonElement body,
        Caller caller,
        HttpContext http,
        BranchDesk desk,
        IOptions<JsonOptions> json,
        CancellationToken cancellationToken
    )
    {
        var definition = MergePatch.Whole<BranchRequest, BranchView>(body, json.Value.SerializerOptions);
        return Answer(
            http.Response,
            await desk.DefineAsync(id, http.Request.ExpectedVersions(), _ => definition, caller, cancellationToken)
        );
    }

    /// <summary>Its queues get its time zone, hours and closures where they have none of their own. A member that is <c>null</c> goes back to
    /// its default.</summary>
    private static async Task<Ok<BranchView>> PatchAsync(
        string id,
        JsonElement body,
        Caller caller,
        HttpContext http,
        BranchDesk desk,
        IOptions<JsonOptions> json,
        CancellationToken cancellationToken
    )
    {
        MergePatch.RequireObject(body);
        return Answer(
            http.Response,
            await desk.DefineAsync(
                id,
                http.Request.ExpectedVersions(),
                branch => MergePatch.Merge(BranchRequest.Of(branch), body, json.Value.SerializerOptions),
                caller,
                cancellationToken
            )
        );
    }

    /// <summary>Refused while it has queues; <c>main</c> stays for ever.</summary>
    private static async Task<NoContent> DeleteAsync(
        string id,
        Caller caller,
        HttpRequest request,
        BranchDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.DeleteAsync(id, request.ExpectedVersions(), caller, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Ok<BranchView> Answer(HttpResponse response, BranchView branch)
    {
        response.SetEntityTag(branch.Version);
        return TypedResults.Ok(branch);
    }
}
