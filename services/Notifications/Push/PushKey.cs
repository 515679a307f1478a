namespace SmartQueue.Notifications.Push;

/// <summary>What browsers subscribe with, as <c>applicationServerKey</c>.</summary>
/// <param name="PublicKey">A point of P-256, uncompressed, in base64url.</param>
internal sealed record PushKey(string PublicKey);
