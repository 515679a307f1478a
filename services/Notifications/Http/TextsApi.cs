using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.OpenApi;

namespace SmartQueue.Notifications.Http;

/// <summary>HTTP in and out.</summary>
internal static class TextsApi
{
    /// <summary>Maps <c>/api/notifications/texts</c>, for admins.</summary>
    public static void MapTexts(this IEndpointRouteBuilder routes)
    {
        var texts = routes
            .MapGroup("/api/notifications/texts")
            .WithTag("Notifications", "What people are told, and how they want to be told.")
            .WithParameter("template", "Which message, such as `called`.")
            .WithParameter("language", "The language of the text, such as `de`.")
            .WithParameter("branchId", "Of this branch; of the house if absent.")
            .RequireAuthorization(Policies.Admin);
        texts
            .MapGet("", ListAsync)
            .WithName("ListTexts")
            .WithSummary("The texts of all messages in all languages")
            .ProducesProblem(StatusCodes.Status404NotFound);
        texts
            .MapPut("/{template}/{language}", SaveAsync)
            .WithName("SaveText")
            .WithSummary("Write a text of your own")
            .ProducesProblem(StatusCodes.Status404NotFound);
        texts
            .MapDelete("/{template}/{language}", ResetAsync)
            .WithName("ResetText")
            .WithSummary("Go back to the text that held before")
            .ProducesProblem(StatusCodes.Status404NotFound);
        texts
            .MapPost("/{template}/{language}/preview", Preview)
            .WithName("PreviewText")
            .WithSummary("A text as somebody would read it, kept nowhere")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>What holds for each, and whose it is.</summary>
    private static async Task<Ok<Page<TextView>>> ListAsync(
        Caller caller,
        TextDesk desk,
        CancellationToken cancellationToken,
        string? branchId = null
    ) => TypedResults.Ok(new Page<TextView>(await desk.ListAsync(branchId, caller, cancellationToken), null));

    /// <summary>Messages have it from now on. A placeholder that the message does not know is 400.</summary>
    private static async Task<Ok<TextView>> SaveAsync(
        string template,
        string language,
        TextBody body,
        Caller caller,
        TextDesk desk,
        CancellationToken cancellationToken,
        string? branchId = null
    ) => TypedResults.Ok(await desk.SaveAsync(template, language, branchId, body, caller, cancellationToken));

    /// <summary>A branch goes back to the text of the house, the house to the one that comes with the service; answers that one.</summary>
    private static async Task<Ok<TextView>> ResetAsync(
        string template,
        string language,
        Caller caller,
        TextDesk desk,
        CancellationToken cancellationToken,
        string? branchId = null
    ) => TypedResults.Ok(await desk.ResetAsync(template, language, branchId, caller, cancellationToken));

    /// <summary>With made-up values in place of the placeholders.</summary>
    private static Ok<TextPreview> Preview(string template, string language, TextBody body, Caller caller, TextDesk desk)
    {
        var text = desk.Preview(template, language, body, caller);
        return TypedResults.Ok(new TextPreview(text.Subject, text.Message));
    }
}
