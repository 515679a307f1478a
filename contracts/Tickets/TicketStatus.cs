using System.Text.Json.Serialization;

namespace SmartQueue.Contracts;

/// <summary>Where a ticket stands in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TicketStatus>))]
public enum TicketStatus
{
    /// <summary>In line, to be called.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>Called to a counter, not there yet.</summary>
    [JsonStringEnumMemberName("called")]
    Called,

    /// <summary>At the counter, being served.</summary>
    [JsonStringEnumMemberName("serving")]
    Serving,

    /// <summary>Set aside by staff; keeps its place for later.</summary>
    [JsonStringEnumMemberName("parked")]
    Parked,

    /// <summary>The service was completed at a counter. Final.</summary>
    [JsonStringEnumMemberName("served")]
    Served,

    /// <summary>Given up by the customer or by staff. Final.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Called and did not come. May rejoin within the queue's grace.</summary>
    [JsonStringEnumMemberName("no_show")]
    NoShow,

    /// <summary>Went on to another queue as a new ticket. Final.</summary>
    [JsonStringEnumMemberName("transferred")]
    Transferred,

    /// <summary>Still open when the queue's service day ended. Final.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,
}
