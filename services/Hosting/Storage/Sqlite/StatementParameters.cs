using System.Collections;
using System.Data.Common;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>The values for a statement. The driver's own are several objects for each value, and looked up by their names when they are
/// bound.</summary>
internal sealed class StatementParameters : DbParameterCollection
{
    /// <summary>For a statement that takes none.</summary>
    public static readonly StatementParameters None = new();

    private readonly List<StatementParameter> all = [];

    /// <inheritdoc/>
    public override int Count => all.Count;

    /// <inheritdoc/>
    public override object SyncRoot => all;

    /// <summary>The one at a place.</summary>
    public StatementParameter At(int index) => all[index];

    /// <inheritdoc/>
    public override int Add(object value)
    {
        all.Add((StatementParameter)value);
        return all.Count - 1;
    }

    /// <inheritdoc/>
    public override void AddRange(Array values)
    {
        foreach (var value in values)
            Add(value);
    }

    /// <inheritdoc/>
    public override void Clear() => all.Clear();

    /// <inheritdoc/>
    public override bool Contains(object value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override bool Contains(string value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(Array array, int index) => ((ICollection)all).CopyTo(array, index);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => all.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(object value) => value is StatementParameter parameter ? all.IndexOf(parameter) : -1;

    /// <inheritdoc/>
    public override int IndexOf(string parameterName) => all.FindIndex(p => p.ParameterName == parameterName);

    /// <inheritdoc/>
    public override void Insert(int index, object value) => all.Insert(index, (StatementParameter)value);

    /// <inheritdoc/>
    public override void Remove(object value) => all.Remove((StatementParameter)value);

    /// <inheritdoc/>
    public override void RemoveAt(int index) => all.RemoveAt(index);

    /// <inheritdoc/>
    public override void RemoveAt(string parameterName) => all.RemoveAt(Place(parameterName));

    /// <inheritdoc/>
    protected override DbParameter GetParameter(int index) => all[index];

    /// <inheritdoc/>
    protected override DbParameter GetParameter(string parameterName) => all[Place(parameterName)];

    /// <inheritdoc/>
    protected override void SetParameter(int index, DbParameter value) => all[index] = (StatementParameter)value;

    /// <inheritdoc/>
    protected override void SetParameter(string parameterName, DbParameter value) => all[Place(parameterName)] = (StatementParameter)value;

    private int Place(string name) =>
        IndexOf(name) is var place and >= 0 ? place : throw new ArgumentException($"There is no value named {name}.", nameof(name));
}
