using Dapper;
using Microsoft.Data.Sqlite;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>One step of the schema of a SQLite file. It runs once, in a transaction with the new version.</summary>
/// <param name="Summary">What it does, for anyone who is about to upgrade.</param>
/// <param name="Apply">Does it.</param>
public sealed record SqliteStep(string Summary, Action<SqliteConnection> Apply)
{
    /// <summary>A step that is plain SQL.</summary>
    public SqliteStep(string summary, string sql)
        : this(summary, c => c.Execute(sql)) { }
}
