using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>Runs a statement as its connection has prepared it, which it looks up when it is run: until then Dapper may change the
/// text.</summary>
internal sealed class PreparedCommand(PreparingConnection connection) : DbCommand
{
    private readonly StatementParameters parameters = new();
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
    protected override DbParameterCollection DbParameterCollection => parameters;

    /// <inheritdoc/>
    public override void Cancel() => rented?.Cancel();

    /// <inheritdoc/>
    public override int ExecuteNonQuery() => Whole() is { } statement ? statement.Run(parameters) : Ready().ExecuteNonQuery();

    /// <inheritdoc/>
    public override object? ExecuteScalar() => Whole() is { } statement ? statement.RunForValue(parameters) : Ready().ExecuteScalar();

    /// <inheritdoc/>
    public override void Prepare() => Ready().Prepare();

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => new StatementParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Ready().ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            GiveBack();
        base.Dispose(disposing);
    }

    // What returns no rows, or one value, is run without the driver's reader.
    private PreparedStatement? Whole() =>
        connection.Statement(CommandText) is { } statement && statement.Takes(parameters) ? statement : null;

    private SqliteCommand Ready()
    {
        if (rented?.CommandText != CommandText)
        {
            GiveBack();
            rented = connection.Rent(CommandText);
        }

        rented.CommandTimeout = CommandTimeout;
        Fill(rented.Parameters);
        return rented;
    }

    // Those of the last time serve again, since whoever runs a text gives the same ones. The driver finds a name with its sign at once.
    private void Fill(SqliteParameterCollection kept)
    {
        if (kept.Count != parameters.Count)
            kept.Clear();
        for (var i = 0; i < parameters.Count; i++)
        {
            var given = parameters.At(i);
            var value = given.Value ?? DBNull.Value;
            if (i == kept.Count)
                kept.AddWithValue(given.SignedName, value);
            else if (given.IsFor(kept[i].ParameterName))
                kept[i].Value = value;
            else
                kept[i] = new SqliteParameter(given.SignedName, value);
        }
    }

    private void GiveBack()
    {
        if (rented is null)
            return;
        connection.Return(rented);
        rented = null;
    }
}
