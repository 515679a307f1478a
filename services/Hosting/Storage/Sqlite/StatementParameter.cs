using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>A value for a statement, by its name. SQLite goes by the value itself: the kind and size that are given for it mean
/// nothing.</summary>
internal sealed class StatementParameter : DbParameter
{
    /// <inheritdoc/>
    public override DbType DbType
    {
        get => DbType.Object;
        set { }
    }

    /// <inheritdoc/>
    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
                throw new NotSupportedException("A statement of SQLite takes values and gives none back.");
        }
    }

    /// <inheritdoc/>
    public override bool IsNullable
    {
        get => true;
        set { }
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string ParameterName { get; set; } = "";

    /// <inheritdoc/>
    public override int Size
    {
        get => 0;
        set { }
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string SourceColumn
    {
        get => "";
        set { }
    }

    /// <inheritdoc/>
    public override bool SourceColumnNullMapping
    {
        get => false;
        set { }
    }

    /// <inheritdoc/>
    public override object? Value { get; set; }

    /// <summary>Its name as the text of a statement has it.</summary>
    public string SignedName => ParameterName.StartsWith('@') ? ParameterName : "@" + ParameterName;

    /// <summary>Whether it is for this place of a statement, whose name has a sign before it: Dapper gives it without.</summary>
    public bool IsFor(string name) => name.AsSpan(1).SequenceEqual(ParameterName) || name == ParameterName;

    /// <inheritdoc/>
    public override void ResetDbType() { }
}
