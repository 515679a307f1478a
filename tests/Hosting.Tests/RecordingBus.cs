using System.Collections.Concurrent;
using System.Reflection;
using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Hosting.Tests;

/// <summary>A bus that keeps what is published, and fails where a test says so.</summary>
public class RecordingBus : DispatchProxy
{
    public ConcurrentQueue<IEvent> Published { get; } = new();

    public Func<IEvent, bool> Fails { get; set; } = _ => false;

    public static (IBus Bus, RecordingBus Record) Create()
    {
        var bus = Create<IBus, RecordingBus>();
        return (bus, (RecordingBus)(object)bus);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod is not { Name: nameof(IBus.Publish) } || args is not [IEvent change, Type, ..])
            throw new NotSupportedException($"{targetMethod} is not what a relay calls.");
        return PublishAsync(change);
    }

    private async Task PublishAsync(IEvent change)
    {
        await Task.Yield();
        if (Fails(change))
            throw new InvalidOperationException("The broker refuses it.");
        Published.Enqueue(change);
    }
}
