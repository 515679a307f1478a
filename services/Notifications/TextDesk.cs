using System.Collections.Concurrent;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Http;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications;

/// <summary>
/// The texts of messages: those that come with the service, and what the house or a branch wrote in their place. A branch's own goes before
/// the house's, and that before the one that comes with the service.
/// </summary>
internal sealed class TextDesk(ITextStore store, MessageTemplates templates, TimeProvider time)
{
    private const int MaxSubject = 200;
    private const int MaxMessage = 2000;
    private const int MaxId = 64;
    private static readonly DateTime SomeTime = new(2026, 3, 3, 10, 20, 0);

    // As long as what another process of this service writes may be unknown to this one.
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Template, string Language, string? BranchId), Found> found = new();
    private int changes;

    /// <summary>The text of a message to somebody.</summary>
    /// <param name="language">A BCP 47 tag, or <c>null</c>.</param>
    /// <param name="template">One of <see cref="TemplateNames"/>.</param>
    /// <param name="branchId">The branch it comes of; <c>null</c> for none.</param>
    /// <param name="values">What stands for each placeholder.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<MessageText> RenderAsync(
        string? language,
        string template,
        string? branchId,
        IReadOnlyDictionary<string, string> values,
        CancellationToken cancellationToken
    )
    {
        var tag = templates.Nearest(language);
        return MessageTemplates.Fill(await TextAsync(tag, template, branchId, cancellationToken), values) with { Language = tag };
    }

    /// <summary>All texts of a branch, or of the house, by template and language.</summary>
    /// <exception cref="RefusedException"><c>BRANCH_NOT_FOUND</c> for one that is not the caller's.</exception>
    public async Task<IReadOnlyList<TextView>> ListAsync(string? branchId, Caller caller, CancellationToken cancellationToken)
    {
        RequireBranch(branchId, caller);
        var places = (
            from template in TemplateNames.All
            where branchId is null || !TemplateNames.WithLink.Contains(template)
            from language in templates.Languages.Order(StringComparer.Ordinal)
            select (template, language)
        ).ToList();
        var own = (
            await store.FindTextsAsync([.. places.SelectMany(p => Ids(p.template, p.language, branchId))], cancellationToken)
        ).ToDictionary(t => t.Id);
        return
        [
            .. places.Select(p =>
                View(p.template, p.language, branchId, Ids(p.template, p.language, branchId).Select(own.GetValueOrDefault))
            ),
        ];
    }

    /// <summary>Writes a text of one's own.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>, <c>BRANCH_NOT_FOUND</c>, <c>FORBIDDEN</c>,
    /// <c>VALIDATION_FAILED</c>.</exception>
    public async Task<TextView> SaveAsync(
        string template,
        string language,
        string? branchId,
        TextBody body,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var tag = Require(template, language, branchId, caller, writes: true);
        var text = Read(template, body);
        var own = new OwnText
        {
            Template = template,
            Language = tag,
            BranchId = branchId,
            Subject = text.Subject,
            Message = text.Message,
            UpdatedAt = time.Now(),
        };
        await store.SaveTextAsync(own, cancellationToken);
        Forget();
        return View(template, tag, branchId, [own]);
    }

    /// <summary>Drops a text of one's own; gives what holds instead.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>, <c>BRANCH_NOT_FOUND</c>, <c>FORBIDDEN</c>.</exception>
    public async Task<TextView> ResetAsync(
        string template,
        string language,
        string? branchId,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var tag = Require(template, language, branchId, caller, writes: true);
        await store.DropTextAsync(OwnText.IdOf(template, tag, branchId), cancellationToken);
        Forget();
        return View(template, tag, branchId, await FindAsync(template, tag, branchId, cancellationToken));
    }

    /// <summary>What somebody would read, with values made up for the placeholders.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>, <c>VALIDATION_FAILED</c>.</exception>
    public MessageText Preview(string template, string language, TextBody body, Caller caller)
    {
        var tag = Require(template, language, branchId: null, caller, writes: false);
        return MessageTemplates.Fill(
            Read(template, body),
            new Dictionary<string, string>
            {
                ["queue"] = "Passports",
                ["number"] = "A-42",
                ["counter"] = "3",
                ["minutes"] = "12",
                ["place"] = MessageTemplates.Place(tag, 3),
                ["date"] = MessageTemplates.Date(tag, SomeTime),
                ["time"] = MessageTemplates.Time(tag, SomeTime),
                ["link"] = "https://queue.example.org/reset#9f2c",
            }
        ) with
        {
            Language = tag,
        };
    }

    private static IEnumerable<string> Ids(string template, string language, string? branchId) =>
        branchId is null
            ? [OwnText.IdOf(template, language, null)]
            : [OwnText.IdOf(template, language, branchId), OwnText.IdOf(template, language, null)];

    // Each message asks for its text, and hardly any house writes one of its own.
    private async Task<MessageText> TextAsync(string tag, string template, string? branchId, CancellationToken cancellationToken)
    {
        var key = (template, tag, branchId);
        if (found.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < Known)
            return known.Text;
        var (before, at) = (Volatile.Read(ref changes), time.GetTimestamp());
        var text = await FindAsync(template, tag, branchId, cancellationToken) is [var own, ..]
            ? new MessageText(own.Subject, own.Message)
            : templates.Of(tag, template);
        found[key] = new Found(text, at);
        // It may have been read before it was changed, and kept after all was forgotten.
        if (Volatile.Read(ref changes) != before)
            found.TryRemove(key, out _);
        return text;
    }

    private void Forget()
    {
        Interlocked.Increment(ref changes);
        found.Clear();
    }

    // The branch's first.
    private async Task<IReadOnlyList<OwnText>> FindAsync(
        string template,
        string language,
        string? branchId,
        CancellationToken cancellationToken
    ) => [.. (await store.FindTextsAsync([.. Ids(template, language, branchId)], cancellationToken)).OrderBy(t => t.BranchId is null)];

    private TextView View(string template, string language, string? branchId, IEnumerable<OwnText?> found)
    {
        var own = found.FirstOrDefault(t => t is not null);
        var given = templates.Of(language, template);
        return new TextView(
            template,
            language,
            branchId,
            own?.Subject ?? given.Subject,
            own?.Message ?? given.Message,
            own is null ? TextView.Default
                : own.BranchId is null ? TextView.House
                : TextView.Branch,
            TemplateNames.PlaceholdersOf(template),
            own?.UpdatedAt
        );
    }

    private string Require(string template, string language, string? branchId, Caller caller, bool writes)
    {
        var tag = templates.Languages.FirstOrDefault(l => l.Equals(language, StringComparison.OrdinalIgnoreCase));
        if (tag is null || !TemplateNames.All.Contains(template))
            throw new RefusedException(ErrorCodes.NotFound, "There is no such text.");
        RequireBranch(branchId, caller);
        if (branchId is not null && TemplateNames.WithLink.Contains(template))
        {
            var errors = new FieldErrors();
            errors.Add("branchId", "must be absent: accounts are of the house, and so are these texts");
            errors.ThrowIfAny();
        }

        if (writes && branchId is null && caller.BranchIds is not null)
            throw new RefusedException(ErrorCodes.Forbidden, "The texts of the house are for admins of all branches.");
        return tag;
    }

    private static void RequireBranch(string? branchId, Caller caller)
    {
        if (branchId is not null && (branchId.Length is 0 or > MaxId || !caller.IsStaffOf(branchId)))
            throw new RefusedException(ErrorCodes.BranchNotFound, "There is no such branch.");
    }

    private static MessageText Read(string template, TextBody body)
    {
        var errors = new FieldErrors();
        var subject = errors.Required("subject", body.Subject, MaxSubject);
        var message = errors.Required("message", body.Message, MaxMessage);
        var text = new MessageText(subject, message);
        foreach (var (field, rule) in TextFaults.Of(template, text))
            errors.Add(field, rule);
        errors.ThrowIfAny();
        return text;
    }

    private sealed record Found(MessageText Text, long At);
}
