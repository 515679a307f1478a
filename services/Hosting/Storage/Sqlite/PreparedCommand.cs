using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>Runs a statement as its connection has prepared it, which it looks up when it is run: until then Dapper may change the
/// text.</summary>
internal sealed class PreparedCommand(PreparingConnection connection) : DbCommand
{
    // Only holds the parameters.
    private readonly SqliteCommand draft = new();
    private SqliteCommand? rented;

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get; set; } = "";

    /// <inheritdoc/>
    public override int CommandTimeout { get; set; } = connection.DefaultTimeout;

    /// <inheritdoc/>
    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
                throw new NotSupportedException("SQLite knows text only.");
        }
    }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => connection;
        set
        {
            if (value != connection)
                throw new NotSupportedException("A prepared command stays with its connection.");
        }
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction { get; set; }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => draft.Parameters;

    /// <inheritdoc/>
    public override void Cancel() => rented?.Cancel();

    /// <inheritdoc/>
    public override int ExecuteNonQuery() => Whole() is { } statement ? statement.Run(draft.Parameters) : Ready().ExecuteNonQuery();

    /// <inheritdoc/>
    public override object? ExecuteScalar() => Whole() is { } statement ? statement.RunForValue(draft.Parameters) : Ready().ExecuteScalar();

    /// <inheritdoc/>
    public override void Prepare() => Ready().Prepare();

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => draft.CreateParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Ready().ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            GiveBack();
            draft.Dispose();
        }

        base.Dispose(disposing);
    }

    // What returns no rows, or one value, is run without the driver's reader.
    private PreparedStatement? Whole() =>
        connection.Statement(CommandText) is { } statement && statement.Takes(draft.Parameters) ? statement : null;

    private SqliteCommand Ready()
    {
        if (rented?.CommandText != CommandText)
        {
            GiveBack();
            rented = connection.Rent(CommandText);
        }

        rented.CommandTimeout = CommandTimeout;
        rented.Parameters.Clear();
        foreach (SqliteParameter parameter in draft.Parameters)
            rented.Parameters.Add(parameter);
        return rented;
    }

    private void GiveBack()
    {
        if (rented is null)
            return;
        connection.Return(rented);
        rented = null;
    }
}
