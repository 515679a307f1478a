using SmartQueue.Hosting.Http;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Http;

/// <summary>A message to send: to an account, or by email and text message to an address.</summary>
/// <param name="UserId">The account.</param>
/// <param name="To">An email address or a phone number.</param>
/// <param name="Subject">The heading; not for text messages.</param>
/// <param name="Message">The text.</param>
internal sealed record MessageBody(string? UserId, string? To, string? Subject, string? Message)
{
    private const int MaxIdLength = 64;
    private const int MaxSubjectLength = 200;
    private const int MaxMessageLength = 1000;

    /// <summary>As it is done.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public MessageOrder Read(string channel, PhoneNumberReader phones)
    {
        var errors = new FieldErrors();
        var userId = errors.Optional("userId", UserId, MaxIdLength);
        var to = channel switch
        {
            Channels.Email => errors.Email("to", To),
            Channels.Sms => errors.Phone("to", To, phones),
            _ => null,
        };
        if (channel == Channels.Push && To is not null)
            errors.Add("to", "is not for push messages: they go to an account");
        else if (userId is null && to is null)
            errors.Add("userId", channel == Channels.Push ? "is required" : "or to is required");
        else if (userId is not null && to is not null)
            errors.Add("to", "must not be there beside userId");
        var subject = channel == Channels.Sms ? "" : errors.Required("subject", Subject, MaxSubjectLength);
        // A heading is one line; in an email, more would be other headers.
        if (subject.Any(char.IsControl))
            errors.Add("subject", "must be one line");
        var message = errors.Required("message", Message, MaxMessageLength);
        errors.ThrowIfAny();
        return new MessageOrder(channel, userId, to, subject, message);
    }
}
