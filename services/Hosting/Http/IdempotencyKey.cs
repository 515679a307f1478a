using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Hosting.Http;

/// <summary>
/// The caller's name for one attempt to change something (<c>Idempotency-Key</c>, IETF draft-ietf-httpapi-idempotency-key-header).
/// It is scoped to the account. A guest has none, and a phone changes its address between Wi-Fi and mobile, so a guest's key is scoped to
/// the ticket acted on or, when creating, stands alone, and has to be long enough that nobody else hits on it.
/// </summary>
public sealed class IdempotencyKey
{
    private const int MaxLength = 128;
    private const int UnguessableLength = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] secret;

    private IdempotencyKey(string keyHash, string requestHash, byte[] secret)
    {
        (KeyHash, RequestHash) = (keyHash, requestHash);
        this.secret = secret;
    }

    private IdempotencyKey(string scope, string key, string request)
    {
        KeyHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope + "\n" + key)));
        secret = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Encoding.UTF8.GetBytes(key),
            32,
            info: Encoding.UTF8.GetBytes("smartqueue-answer\n" + scope)
        );
        // Not a plain hash: a request may hold a password, which could then be guessed from the store at the speed of SHA-256.
        var requestSecret = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Encoding.UTF8.GetBytes(key),
            32,
            info: Encoding.UTF8.GetBytes("smartqueue-request\n" + scope)
        );
        RequestHash = Convert.ToHexStringLower(HMACSHA256.HashData(requestSecret, Encoding.UTF8.GetBytes(request)));
    }

    /// <summary>Identifies caller and key; the key cannot be read from it.</summary>
    public string KeyHash { get; }

    /// <summary>Identifies the method, path and body: another one under the same key is refused.</summary>
    public string RequestHash { get; }

    /// <summary>The key of this request; <c>null</c> where the caller gave none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">Its body as read, so that white space makes no difference.</param>
    /// <param name="ticketId">The ticket acted on, which the caller has shown to be theirs before an answer is given; <c>null</c> when
    /// creating.</param>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>: the key is too long or, of a guest, too short.</exception>
    public static IdempotencyKey? Of<TBody>(HttpContext context, TBody body, string? ticketId = null)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
            return null;
        var userId = Caller.Of(context).UserId;
        var errors = new FieldErrors();
        if (key.Length > MaxLength)
            errors.Add("Idempotency-Key", "must be at most 128 characters");
        if (userId is null && key.Length < UnguessableLength)
            errors.Add("Idempotency-Key", "must be at least 16 characters without an account, such as a random UUID");
        errors.ThrowIfAny();
        var scope =
            userId is not null ? "user " + userId
            : ticketId is not null ? "ticket " + ticketId
            : "guest";
        return new IdempotencyKey(scope, key, $"{context.Request.Method} {context.Request.Path}\n{JsonSerializer.Serialize(body)}");
    }

    /// <summary>
    /// The key of a step of the same request that is durable before the rest: what is kept under it tells a repeat of a request that died
    /// in between to go on behind it.
    /// </summary>
    public IdempotencyKey Step(string name) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KeyHash + "\n" + name))), RequestHash, secret);

    /// <summary>The answer in the form it is kept.</summary>
    public StoredResponse Seal<TAnswer>(TAnswer answer, DateTimeOffset at)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web);
        var box = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var cipher = new AesGcm(secret, TagSize);
        cipher.Encrypt(box.AsSpan(0, NonceSize), plain, box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length));
        return new StoredResponse(KeyHash, RequestHash, box, at);
    }

    /// <summary>The first answer again.</summary>
    /// <exception cref="RefusedException"><c>IDEMPOTENCY_KEY_REUSED</c>: the key was used for another request. <c>CONFLICT</c>: the answer
    /// has been erased.</exception>
    public TAnswer Open<TAnswer>(StoredResponse stored)
    {
        if (stored.RequestHash != RequestHash)
            throw new RefusedException(ErrorCodes.IdempotencyKeyReused, "This Idempotency-Key was used for another request.");
        if (stored.Sealed.Length == 0)
            throw new RefusedException(
                ErrorCodes.Conflict,
                "This request was done before. Its answer was erased with the personal data that stood in it."
            );
        var box = stored.Sealed.AsSpan();
        var plain = new byte[box.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(secret, TagSize);
        cipher.Decrypt(box[..NonceSize], box[NonceSize..^TagSize], box[^TagSize..], plain);
        return JsonSerializer.Deserialize<TAnswer>(plain, JsonSerializerOptions.Web)!;
    }
}
