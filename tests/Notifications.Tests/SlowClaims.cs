using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Tests;

/// <summary>A store that keeps the first claim and answers when the test says so, unless the caller gives up waiting before.</summary>
#pragma warning disable CA1852 // The proxy is a subclass made at run time.
internal class SlowClaims : DispatchProxy
#pragma warning restore CA1852
{
    private readonly TaskCompletionSource claiming = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private INotificationStore store = null!;

    public Task Claiming => claiming.Task;

    public static INotificationStore Of(IServiceProvider services)
    {
        var proxy = Create<INotificationStore, SlowClaims>();
        ((SlowClaims)(object)proxy).store = new SqliteNotificationStore(
            services.GetRequiredKeyedService<SqliteDatabase>(ServiceNames.Notifications)
        );
        return proxy;
    }

    public void Go() => go.SetResult();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(store, args);
        return args is [Notification { InFlight: true }, .., CancellationToken token] ? ClaimAsync((Task<bool>)answer!, token) : answer;
    }

    private async Task<bool> ClaimAsync(Task<bool> kept, CancellationToken token)
    {
        var answer = await kept;
        claiming.TrySetResult();
        await go.Task.WaitAsync(token);
        return answer;
    }
}
