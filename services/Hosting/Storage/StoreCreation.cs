using Microsoft.Extensions.DependencyInjection;

namespace SmartQueue.Hosting.Storage;

internal static class StoreCreation
{
    // ActivatorUtilities refuses arguments a constructor does not take, and not every store needs the outbox.
    public static T Create<T>(this IServiceProvider provider, params ReadOnlySpan<object> available)
    {
        var wanted = typeof(T).GetConstructors().Single().GetParameters();
        var given = new List<object>();
        foreach (var candidate in available)
        {
            if (wanted.Any(p => p.ParameterType.IsInstanceOfType(candidate)))
                given.Add(candidate);
        }

        return ActivatorUtilities.CreateInstance<T>(provider, [.. given]);
    }
}
