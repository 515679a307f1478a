using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>
/// One statement as SQLite has parsed and planned it, run to its end at once with the values of each time. It knows where each value goes,
/// which the driver looks up by name at every run.
/// </summary>
internal sealed class PreparedStatement : IDisposable
{
    // UTF-8 on the stack up to here.
    private const int ShortText = 512;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly string[] names;
    private readonly bool changes;

    // Where each value was among the parameters last time: whoever runs a text gives them in the same order.
    private readonly int[] places;

    private PreparedStatement(sqlite3 database, sqlite3_stmt statement)
    {
        (this.database, this.statement) = (database, statement);
        names = new string[raw.sqlite3_bind_parameter_count(statement)];
        for (var i = 0; i < names.Length; i++)
            names[i] = raw.sqlite3_bind_parameter_name(statement, i + 1).utf8_to_string();
        places = new int[names.Length];
        changes = raw.sqlite3_stmt_readonly(statement) == 0;
    }

    /// <summary>Prepares a text that is one statement; <c>null</c> where it is several, or a mistake, which the driver explains.</summary>
    public static PreparedStatement? Of(SqliteConnection connection, string text)
    {
        var database = connection.Handle!;
        var code = raw.sqlite3_prepare_v3(database, text, raw.SQLITE_PREPARE_PERSISTENT, out var statement, out var rest);
        if (code == raw.SQLITE_OK && !statement.IsInvalid && string.IsNullOrWhiteSpace(rest))
            return new PreparedStatement(database, statement);
        statement.Dispose();
        return null;
    }

    /// <summary>Whether it can be run with these: each value it wants is there, and of a kind that it can pass on. To be asked before each
    /// run.</summary>
    public bool Takes(StatementParameters parameters)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (places[i] >= parameters.Count || !parameters.At(places[i]).IsFor(names[i]))
                places[i] = Find(parameters, names[i]);
            if (places[i] == parameters.Count || !IsKnown(parameters.At(places[i]).Value))
                return false;
        }

        return true;
    }

    /// <summary>Runs it and returns how many rows it changed, -1 where it changes none by its kind.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run(StatementParameters parameters)
    {
        try
        {
            Bind(parameters);
            while (Step())
            {
                // What it returns is not wanted.
            }

            return changes ? raw.sqlite3_changes(database) : -1;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs it and returns the first value of the first row, <c>null</c> where there is none.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public object? RunForValue(StatementParameters parameters)
    {
        try
        {
            Bind(parameters);
            return Step() ? Value() : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    // As many as there are where it is none of them.
    private static int Find(StatementParameters parameters, string name)
    {
        var place = 0;
        while (place < parameters.Count && !parameters.At(place).IsFor(name))
            place++;
        return place;
    }

    private static bool IsKnown(object? value) => value is null or DBNull or string or bool or int or long or double or byte[];

    private void Bind(StatementParameters parameters)
    {
        for (var i = 0; i < names.Length; i++)
            Check(Bind(i + 1, parameters.At(places[i]).Value));
    }

    private int Bind(int index, object? value) =>
        value switch
        {
            string text => BindText(index, text),
            long number => raw.sqlite3_bind_int64(statement, index, number),
            int number => raw.sqlite3_bind_int64(statement, index, number),
            bool flag => raw.sqlite3_bind_int64(statement, index, flag ? 1 : 0),
            double number => raw.sqlite3_bind_double(statement, index, number),
            byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
            _ => raw.sqlite3_bind_null(statement, index),
        };

    private int BindText(int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= ShortText)
        {
            Span<byte> bytes = stackalloc byte[ShortText];
            return raw.sqlite3_bind_text(statement, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return raw.sqlite3_bind_text(statement, index, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code != raw.SQLITE_DONE)
            Check(code);
        return code == raw.SQLITE_ROW;
    }

    private object Value() =>
        raw.sqlite3_column_type(statement, 0) switch
        {
            raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, 0),
            raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, 0),
            raw.SQLITE_TEXT => raw.sqlite3_column_text(statement, 0).utf8_to_string(),
            raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, 0).ToArray(),
            _ => DBNull.Value,
        };

    // What it answers to a run that failed was told already.
    private void Reset()
    {
        raw.sqlite3_reset(statement);
        raw.sqlite3_clear_bindings(statement);
    }

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW))
            SqliteException.ThrowExceptionForRC(code, database);
    }
}
