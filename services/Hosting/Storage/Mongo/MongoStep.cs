using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>
/// One step of the schema of a service's database. Doing it again must change nothing: the process may die between the step and the note
/// of its version.
/// </summary>
/// <param name="Summary">What it does, for anyone who is about to upgrade.</param>
/// <param name="ApplyAsync">Does it.</param>
public sealed record MongoStep(string Summary, Func<IMongoDatabase, CancellationToken, Task> ApplyAsync);
