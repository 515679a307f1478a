using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>Where an appointment is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppointmentStatus>))]
public enum AppointmentStatus
{
    /// <summary>Somebody is expected.</summary>
    [JsonStringEnumMemberName("booked")]
    Booked,

    /// <summary>They have come, and have a ticket.</summary>
    [JsonStringEnumMemberName("arrived")]
    Arrived,

    /// <summary>Their ticket was served.</summary>
    [JsonStringEnumMemberName("served")]
    Served,

    /// <summary>They did not come, or not when they were called.</summary>
    [JsonStringEnumMemberName("no_show")]
    NoShow,

    /// <summary>Given up before they came.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Its place is held for a while for who has not yet said who comes. No event tells of such a one.</summary>
    [JsonStringEnumMemberName("held")]
    Held,
}
