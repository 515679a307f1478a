using System.Collections.Concurrent;
using System.Reflection;

namespace SmartQueue.Testing;

/// <summary>Where a call of something that is away fails.</summary>
public enum Fault
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Before it did anything.</summary>
    Before,

    /// <summary>After it did everything, so that nobody hears of it.</summary>
    After,
}

/// <summary>A store or another port whose calls fail where a test says so: before or after the real one did what was asked.</summary>
/// <typeparam name="T">An interface whose methods give tasks.</typeparam>
public class Faulty<T> : DispatchProxy
    where T : class
{
    private static readonly MethodInfo ThenFail = typeof(Faulty<T>)
        .GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
        .Single(m => m is { Name: nameof(ThenFailAsync), IsGenericMethod: true });
    private static readonly MethodInfo Fails = typeof(Task)
        .GetMethods()
        .Single(m => m is { Name: nameof(Task.FromException), IsGenericMethod: true });

    private T inner = null!;

    /// <summary>Decides by the method's name; asked at each call.</summary>
    public Func<string, Fault> Decide { get; set; } = _ => Fault.None;

    /// <summary>The methods called so far.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Wraps the real one.</summary>
    public static (T Port, Faulty<T> Faults) Of(T inner)
    {
        var port = Create<T, Faulty<T>>();
        var faults = (Faulty<T>)(object)port;
        faults.inner = inner;
        return (port, faults);
    }

    /// <summary>How often a method was called.</summary>
    public int CountOf(string method) => Calls.Count(c => c == method);

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (!typeof(Task).IsAssignableFrom(targetMethod!.ReturnType))
            return targetMethod.Invoke(inner, args);
        Calls.Enqueue(targetMethod.Name);
        var result = targetMethod.ReturnType.IsGenericType ? targetMethod.ReturnType.GetGenericArguments()[0] : null;
        return Decide(targetMethod.Name) switch
        {
            Fault.Before when result is null => Task.FromException(Away()),
            Fault.Before => Fails.MakeGenericMethod(result).Invoke(null, [Away()]),
            Fault.After when result is null => ThenFailAsync((Task)targetMethod.Invoke(inner, args)!),
            Fault.After => ThenFail.MakeGenericMethod(result).Invoke(null, [targetMethod.Invoke(inner, args)]),
            _ => targetMethod.Invoke(inner, args),
        };
    }

    private static TimeoutException Away() => new("It is away.");

    private static async Task ThenFailAsync(Task done)
    {
        await done;
        throw Away();
    }

    private static async Task<TResult> ThenFailAsync<TResult>(Task<TResult> done)
    {
        await done;
        throw Away();
    }
}
