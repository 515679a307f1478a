using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>
/// A connection whose statements are parsed and planned once: what is run through <see cref="DbCommand"/>, as Dapper does, is run again as
/// it was prepared. It keeps the latest used of those that return rows, and those of a while that do not. For one thread at a time, like any
/// connection.
/// </summary>
internal sealed class PreparingConnection(string connectionString) : SqliteConnection(connectionString)
{
    private const int MostKept = 128;

    // Those that nobody runs now, by their text, and which of them was used last.
    private readonly Dictionary<string, LinkedListNode<SqliteCommand>> idle = new(StringComparer.Ordinal);
    private readonly LinkedList<SqliteCommand> byUse = new();

    // By their text; a text that is not one statement has none.
    private readonly Dictionary<string, PreparedStatement?> statements = new(StringComparer.Ordinal);

    /// <summary>What the open transaction does to the outbox.</summary>
    public OutboxChanges Outbox { get; } = new();

    /// <summary>The statement of this text, to be run to its end before the next; <c>null</c> where the text is not just one.</summary>
    public PreparedStatement? Statement(string text)
    {
        if (statements.TryGetValue(text, out var known))
            return known;
        // A text with a list of values is another one for each length.
        if (statements.Count == MostKept)
            Forget();
        return statements[text] = PreparedStatement.Of(this, text);
    }

    /// <summary>Runs a statement that has no values.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public void Run(string text) => Statement(text)!.Run(StatementParameters.None);

    /// <summary>A command of this text, for its caller alone until it is given back.</summary>
    public SqliteCommand Rent(string text)
    {
        if (!idle.Remove(text, out var known))
        {
            var command = CreateCommand();
            command.CommandText = text;
            return command;
        }

        byUse.Remove(known);
        known.Value.Transaction = Transaction;
        return known.Value;
    }

    /// <summary>Takes back a command that was run to its end. Of its values only the names are kept.</summary>
    public void Return(SqliteCommand command)
    {
        for (var i = 0; i < command.Parameters.Count; i++)
            command.Parameters[i].Value = DBNull.Value;
        command.Transaction = null;
        var node = new LinkedListNode<SqliteCommand>(command);
        if (!idle.TryAdd(command.CommandText, node))
        {
            command.Dispose();
            return;
        }

        byUse.AddLast(node);
        if (byUse.Count > MostKept && byUse.First is { Value: var oldest })
        {
            byUse.RemoveFirst();
            idle.Remove(oldest.CommandText);
            oldest.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => new PreparedCommand(this);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Forget();
        base.Dispose(disposing);
    }

    private void Forget()
    {
        foreach (var statement in statements.Values)
            statement?.Dispose();
        statements.Clear();
    }
}
