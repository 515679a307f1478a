using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>Where a number was taken.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TicketSource>))]
public enum TicketSource
{
    /// <summary>On a page, by its holder.</summary>
    [JsonStringEnumMemberName("web")]
    Web,

    /// <summary>At a kiosk in the house.</summary>
    [JsonStringEnumMemberName("kiosk")]
    Kiosk,

    /// <summary>By staff, for somebody.</summary>
    [JsonStringEnumMemberName("staff")]
    Staff,

    /// <summary>By a program.</summary>
    [JsonStringEnumMemberName("api")]
    Api,

    /// <summary>Booked before, and arrived.</summary>
    [JsonStringEnumMemberName("appointment")]
    Appointment,
}
