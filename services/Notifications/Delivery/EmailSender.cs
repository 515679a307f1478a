using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Calendars;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Delivery;

/// <summary>
/// Email by SMTP. Connections are kept for the next message. The Message-ID is made of event and channel, so that mailboxes drop a repeat.
/// </summary>
internal sealed class EmailSender(EmailOptions options, TimeProvider time) : ISender, IAsyncDisposable
{
    private static readonly TimeSpan KeptIdle = TimeSpan.FromSeconds(20);
    private readonly ConcurrentStack<(SmtpClient Client, DateTimeOffset Used)> idle = [];

    public string Channel => Channels.Email;

    public int Concurrency => options.Connections;

    public TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);

    public bool RepeatsAreHarmless => true;

    /// <summary>For servers whose certificate the system does not trust, in tests.</summary>
    internal System.Net.Security.RemoteCertificateValidationCallback? CertificateCheck { get; init; }

    public bool HasProvider => true;

    public Task<IReadOnlyList<Destination>> DestinationsAsync(Notification notification, CancellationToken cancellationToken)
    {
        var address = notification.Recipient!.ToLowerInvariant();
        var at = address.LastIndexOf('@');
        if (at < 0)
            return Task.FromResult<IReadOnlyList<Destination>>([new(Destination.HashOf(address), null)]);
        // ann+anything@example.org is Ann's mailbox too (RFC 5233): what comes after the plus must not make it another address.
        var (local, domain) = (address[..at], address[(at + 1)..]);
        var mailbox = local.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus ? local[..plus] : local;
        return Task.FromResult<IReadOnlyList<Destination>>([new(Destination.HashOf($"{mailbox}@{domain}"), domain)]);
    }

    public async Task SendAsync(Notification notification, Destination destination, CancellationToken cancellationToken)
    {
        using var message = Message(notification);
        var client = await ConnectedAsync(cancellationToken);
        try
        {
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException e)
        {
            // The server answered, so the connection is good.
            await KeepAsync(client);
            throw Understand(e);
        }
        catch (SmtpProtocolException e)
        {
            client.Dispose();
            throw new DeliveryException(DeliveryFault.Unknown, "The connection to the mail server broke.", e) { AtDestination = true };
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A server that asks the recipient's own server hangs or breaks with it. Whether ours is well, the next connection shows.
            client.Dispose();
            throw new DeliveryException(DeliveryFault.Unknown, "The mail server did not take the message in time.", e)
            {
                AtDestination = true,
            };
        }
        catch
        {
            client.Dispose();
            throw;
        }

        await KeepAsync(client);
    }

    public async ValueTask DisposeAsync()
    {
        while (idle.TryPop(out var kept))
            await CloseAsync(kept.Client);
    }

    private async Task<SmtpClient> ConnectedAsync(CancellationToken cancellationToken)
    {
        while (idle.TryPop(out var kept))
        {
            if (kept.Client.IsConnected && time.GetUtcNow() - kept.Used < KeptIdle)
                return kept.Client;
            await CloseAsync(kept.Client);
        }

        var client = new SmtpClient { Timeout = (int)Timeout.TotalMilliseconds };
        if (CertificateCheck is not null)
            client.ServerCertificateValidationCallback = CertificateCheck;
        try
        {
            await client.ConnectAsync(options.Host, options.Port, Security(), cancellationToken);
            if (options.Credentials is var (user, password))
                await client.AuthenticateAsync(user, password, cancellationToken);
            return client;
        }
        catch (Exception e) when (e is SmtpCommandException or SmtpProtocolException or IOException or System.Net.Sockets.SocketException)
        {
            client.Dispose();
            throw new DeliveryException(DeliveryFault.NotTaken, "The mail server cannot be reached.", e);
        }
        catch (AuthenticationException e)
        {
            client.Dispose();
            throw new DeliveryException(DeliveryFault.NotTaken, "The mail server refused the user or password of SMTP_URL.", e);
        }
        catch (Exception e) when (e is SslHandshakeException or NotSupportedException)
        {
            client.Dispose();
            throw new DeliveryException(DeliveryFault.NotTaken, "No secure connection to the mail server could be made.", e);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    // A password crosses no network in the clear.
    private SecureSocketOptions Security() =>
        options.TlsFirst ? SecureSocketOptions.SslOnConnect
        : options.Credentials is not null && !IsThisMachine() ? SecureSocketOptions.StartTls
        : SecureSocketOptions.StartTlsWhenAvailable;

    private bool IsThisMachine() =>
        options.Host == "localhost" || (IPAddress.TryParse(options.Host, out var address) && IPAddress.IsLoopback(address));

    private async Task KeepAsync(SmtpClient client)
    {
        if (client.IsConnected)
            idle.Push((client, time.GetUtcNow()));
        else
            await CloseAsync(client);
    }

    private static async Task CloseAsync(SmtpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (client.IsConnected)
                await client.DisconnectAsync(true, patience.Token);
        }
        catch (Exception e) when (e is IOException or ProtocolException or OperationCanceledException)
        {
            // It is gone already, which is what was wanted.
        }
        finally
        {
            client.Dispose();
        }
    }

    private static DeliveryException Understand(SmtpCommandException e)
    {
        var code = ((int)e.StatusCode).ToString(CultureInfo.InvariantCulture);
        var what = e.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => "the recipient",
            SmtpErrorCode.SenderNotAccepted => "the sender",
            _ => "the message",
        };
        // A sender that is refused is a wrong setting: the messages are good once it is mended.
        var lasting = (int)e.StatusCode >= 500 && e.ErrorCode != SmtpErrorCode.SenderNotAccepted;
        return new DeliveryException(
            lasting ? DeliveryFault.Refused : DeliveryFault.NotTaken,
            $"The mail server did not take {what} ({code}).",
            e
        )
        {
            AtDestination = e.ErrorCode != SmtpErrorCode.SenderNotAccepted,
        };
    }

    private MimeMessage Message(Notification notification)
    {
        var domain = options.From.Address[(options.From.Address.LastIndexOf('@') + 1)..];
        var message = new MimeMessage
        {
            Subject = notification.Subject,
            Date = notification.CreatedAt,
            MessageId = $"{notification.DeliveryKey}@{domain}",
        };
        message.From.Add(options.From);
        message.To.Add(
            MailboxAddress.TryParse(notification.Recipient, out var recipient)
                ? recipient
                : throw new DeliveryException(DeliveryFault.Refused, "The recipient is not an email address.") { AtDestination = true }
        );
        // RFC 3834: out-of-office answers stay away.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Body = new BodyBuilder { TextBody = notification.Text(), HtmlBody = Html(notification) }.ToMessageBody();
        if (notification.Appointment is { } appointment && TemplateNames.WithCalendar.Contains(notification.Template))
            message.Body = WithCalendar((MultipartAlternative)message.Body, appointment, recipient.Address);
        if (notification.Language is { } language)
            message.Body.Headers.Add(HeaderId.ContentLanguage, language);
        return message;
    }

    // As mail programs look for it (RFC 6047): another form of the text, with its method, for those that offer to enter it by themselves;
    // and a file, for the others.
    private Multipart WithCalendar(MultipartAlternative forms, AppointmentState appointment, string recipient)
    {
        var calendar = AppointmentCalendar.Write(appointment, new Uri("mailto:" + options.From.Address), recipient);
        var form = new TextPart("calendar") { Text = calendar };
        form.ContentType.Parameters.Add("method", AppointmentCalendar.Method(appointment));
        forms.Add(form);
        var file = new MimePart("application", "ics")
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(calendar))),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = "appointment.ics",
        };
        return new Multipart("mixed") { forms, file };
    }

    private static string Html(Notification notification)
    {
        var language = notification.Language ?? "";
        var direction = language.Length > 0 && CultureInfo.GetCultureInfo(language).TextInfo.IsRightToLeft ? "rtl" : "ltr";
        return $"<!DOCTYPE html><html lang=\"{language}\" dir=\"{direction}\"><body><h1 style=\"font-size:1.2em\">{WebUtility.HtmlEncode(notification.Subject)}</h1>"
            + $"<p style=\"white-space:pre-line\">{WebUtility.HtmlEncode(notification.Text())}</p></body></html>";
    }
}
