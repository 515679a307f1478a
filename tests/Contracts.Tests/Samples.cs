using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SmartQueue.Contracts.Tests;

/// <summary>One filled example of every message, made from its shape: a new member shows in the snapshot by itself.</summary>
internal static class Samples
{
    /// <summary>Every message on the wire: the events, the status that is derived from them, and what is asked for.</summary>
    public static IReadOnlyList<Type> Messages { get; } =
    [
        .. typeof(IEvent)
            .Assembly.GetExportedTypes()
            .Where(t =>
                t is { IsClass: true, IsAbstract: false }
                && (
                    t.IsAssignableTo(typeof(IEvent))
                    || t == typeof(QueueStatusChanged)
                    || t == typeof(LinePositionsChanged)
                    || t == typeof(AppointmentsDelayed)
                    || t == typeof(QueueDefinitionsWanted)
                    || t == typeof(CounterDefinitionsWanted)
                )
            )
            .OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    /// <summary>An example, the same on every run.</summary>
    public static object Of(Type type) => Make(type, type.Name);

    private static object Make(Type type, string member)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Make(underlying, member);
        if (type == typeof(string))
            return member.EndsWith("Id", StringComparison.Ordinal) ? $"the-{member}" : $"some {member}";
        if (type == typeof(bool))
            return true;
        if (type == typeof(int))
            return 1 + Number(member) % 1000;
        if (type == typeof(long))
            return 1L + Number(member) % 1000;
        if (type == typeof(Guid))
            return Guid.Parse("0195a5c1-7a00-7000-8000-000000000001");
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero).AddMilliseconds(Number(member) % 3_600_000);
        if (type == typeof(DateOnly))
            return new DateOnly(2026, 3, 2);
        if (type == typeof(TimeOnly))
            return member == nameof(OpeningInterval.Opens) ? new TimeOnly(9, 0) : new TimeOnly(17, 30);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(1)!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var item = type.GetGenericArguments()[0];
            var list = Array.CreateInstance(item, 1);
            list.SetValue(Make(item, member), 0);
            return list;
        }

        return type.Assembly == typeof(IEvent).Assembly
            ? Fill(type)
            : throw new NotSupportedException(
                string.Create(CultureInfo.InvariantCulture, $"Samples cannot make a {type} for {member} yet: teach them.")
            );
    }

    private static object Fill(Type type)
    {
        var record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            property.SetValue(record, Make(property.PropertyType, property.Name));
        return record;
    }

    // Not string.GetHashCode, which differs from run to run.
    private static int Number(string member) => member.Aggregate(7, (sum, c) => (sum * 31 + c) % 1_000_003);
}
