namespace SmartQueue.Hosting.Storage;

internal sealed record NamedStore(string Service, IStore Store);
