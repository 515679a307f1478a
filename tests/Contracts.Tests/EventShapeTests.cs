using System.Reflection;
using System.Runtime.CompilerServices;

namespace SmartQueue.Contracts.Tests;

public sealed class EventShapeTests
{
    public static TheoryData<Type> Messages => [.. Samples.Messages];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_a_sealed_record_of_its_own(Type type)
    {
        Assert.True(type.IsSealed, "A message is sealed: what derives from it would be another message on the wire.");
        Assert.Equal(typeof(object), type.BaseType);
        Assert.NotNull(type.GetMethod("<Clone>$"));
        Assert.Equal("SmartQueue.Contracts", type.Namespace);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_has_only_init_properties(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

        Assert.NotEmpty(properties);
        Assert.All(properties, p =>
        {
            Assert.True(p.SetMethod is { IsPublic: true }, $"{p.Name} is made by the record, so it would not survive the wire.");
            Assert.Contains(typeof(IsExternalInit), p.SetMethod!.ReturnParameter.GetRequiredCustomModifiers());
        });
        Assert.Empty(type.GetFields(BindingFlags.Public | BindingFlags.Instance));
    }

    [Fact]
    public void An_event_without_its_id_cannot_be_read()
    {
        foreach (var type in Samples.Messages)
        {
            var id = type.GetProperty(nameof(IEvent.EventId))!;
            Assert.NotNull(id.GetCustomAttribute<RequiredMemberAttribute>());
        }
    }

    public static TheoryData<Type, IReadOnlyList<Type>> Lists { get; } =
        new()
        {
            { typeof(ITicketEvent), TicketEventTypes.All },
            { typeof(IAppointmentEvent), AppointmentEventTypes.All },
            { typeof(ICounterEvent), CounterEventTypes.All },
        };

    [Theory]
    [MemberData(nameof(Lists))]
    public void The_list_of_events_of_a_kind_is_complete(Type kind, IReadOnlyList<Type> list)
    {
        var events = typeof(IEvent).Assembly.GetExportedTypes().Where(t => t.IsClass && t.IsAssignableTo(kind));

        Assert.Equal(events.OrderBy(t => t.Name, StringComparer.Ordinal), list.OrderBy(t => t.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void An_event_knows_its_aggregate()
    {
        foreach (var change in Samples.Messages.Select(Samples.Of).OfType<IEvent>())
        {
            Assert.NotEmpty(change.AggregateId);
            if (change is ITicketEvent ticket)
                Assert.Equal(ticket.TicketId, change.AggregateId);
        }
    }
}
