namespace SmartQueue.Hosting.Storage.Backups;

/// <summary>A file in a backup.</summary>
/// <param name="Path">Its path in the data folder, with <c>/</c> between the names.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Its checksum, in lower-case hexadecimal.</param>
public sealed record BackupFile(string Path, long Length, string Sha256);
